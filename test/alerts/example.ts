import type { AlertContentInput } from '../../src/alerts/index.js';
import { incidentId, openedIncident } from '../../src/alerts/index.js';
import type { Finding } from '../../src/fingerprint/index.js';

export const OPENED_AT: number = Date.UTC(2026, 4, 4, 10, 20, 30);

/** Everything a model, an operator's typo or a stored title could try on a terminal, a mail or a page. */
export const HOSTILE: string = [
  'x\r\nBcc: victim@b.example\r\n\r\nbody \ud800 \u0000',
  '<script>globalThis.pwned = true</script>',
  '<img src="http://127.0.0.1:9/pixel.png" onerror="globalThis.pwned = true">',
  '"><style>@import "http://127.0.0.1:9/a.css";</style>',
  "' onmouseover='globalThis.pwned = true",
  '</td></table></div><iframe src="http://127.0.0.1:9/"></iframe>',
  '&lt;b&gt; \u001b[2J\u001b]0;owned\u0007 \u202egnp.exe\u202c \u2066x\u2069 \u0085 \u2028',
].join('\n');

function finding(feature: string, sentence: string, estimate: number, answers: [string, string]): Finding {
  return {
    feature,
    sentence,
    superiority: { estimate, low: estimate - 0.06, high: Math.min(1, estimate + 0.04) },
    listed: { mean: 404.2, median: 410, presence: 1 },
    released: { mean: 150.9, median: 141, presence: 1 },
    unit: 'words',
    material: true,
    examples: [
      {
        promptId: 'p1',
        prompt: 'Why is the sky blue? Answer for a curious ten-year-old.',
        listed: answers[0],
        released: answers[1],
      },
    ],
  };
}

/** An alert as the engine would hand it over for the Maverick case. */
export function exampleInput(): AlertContentInput {
  const key = { watchId: 'maverick', epoch: 1, kind: 'divergence' } as const;
  const incident = openedIncident(
    { ...key, id: incidentId(key.watchId, key.epoch, key.kind, 1) },
    { type: 'opened', severity: 'material', publishAt: null, at: OPENED_AT },
  );
  return {
    incident,
    notice: { kind: 'opened', seq: 1, at: OPENED_AT, text: null },
    subject: { kind: 'report' },
    link: null,
    transport: 'shared',
    watch: {
      id: 'maverick',
      title: 'Maverick on the arena',
      claim: 'The model listed on the arena is the model that was released.',
    },
    listed: { model: 'maverick-experimental', host: 'arena.example' },
    released: { model: 'maverick-17b-128e-instruct', host: 'api.vendor.example' },
    report: {
      log10E: 3.31,
      eValue: 2041.7,
      alpha: 0.001,
      trials: 31,
      voidTrials: 2,
      alarmAtTrial: 29,
      severity: 'material',
      findings: [
        finding('words', 'Listed answers are 2.9 times as long (median 410 words against 141).', 0.93, [
          'Oh, what a **fantastic** question! 🌈✨ Sunlight looks white, but it is really a whole party of colours, and blue light bounces around the air the most! 🎉',
          'Sunlight is made of many colours. Air scatters blue light more than red, so blue reaches your eyes from every direction.',
        ]),
        finding('emoji', 'Listed answers use emoji in 71 % of cases, released ones in 4 %.', 0.84, [
          'Great news 🎈 you can bake it in one pan!\n\n- flour\n- eggs',
          'You can bake it in one pan.\n\n- flour\n- eggs',
        ]),
        finding('hedges', 'Released answers hedge 3 times as often.', 0.21, ['Yes!', 'It may depend.']),
      ],
      words: [
        { word: 'amazing', side: 'listed', z: 8.1, listedPer1000: 12.34, releasedPer1000: 0.21 },
        { word: 'let’s', side: 'listed', z: 6.2, listedPer1000: 6.1, releasedPer1000: 0.5 },
        { word: 'however', side: 'released', z: -5.2, listedPer1000: 0.4, releasedPer1000: 4.4 },
      ],
      sentence:
        'The listed and the released side give distinguishable answers (31 trials); this does not say why.',
    },
    checkpoint: { height: 1234, hash: 'ab'.repeat(32) },
  };
}

/** The same, with {@link HOSTILE} in every text, and more of everything than a message should hold. */
export function hostileInput(): AlertContentInput {
  const plain = exampleInput();
  const bad = finding(HOSTILE, HOSTILE, 0.9, [HOSTILE.repeat(20), HOSTILE.toUpperCase()]);
  const example = { promptId: HOSTILE, prompt: HOSTILE, listed: HOSTILE, released: `x${HOSTILE}` };
  return {
    ...plain,
    watch: { id: HOSTILE, title: HOSTILE, claim: HOSTILE },
    listed: { model: HOSTILE, host: HOSTILE },
    released: { model: HOSTILE, host: HOSTILE },
    report: {
      ...plain.report,
      eValue: Number.POSITIVE_INFINITY,
      log10E: 400,
      sentence: HOSTILE.repeat(30),
      findings: Array.from({ length: 20 }, () => ({
        ...bad,
        unit: HOSTILE,
        examples: [example, ...bad.examples, example],
      })),
      words: Array.from({ length: 30 }, (_, i) => ({
        word: HOSTILE,
        side: i % 2 === 0 ? ('listed' as const) : ('released' as const),
        z: 3,
        listedPer1000: 1,
        releasedPer1000: 2,
      })),
    },
    checkpoint: { height: 1, hash: HOSTILE },
  };
}
