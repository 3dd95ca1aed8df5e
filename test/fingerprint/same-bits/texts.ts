import type { CompleteTrial, TrialRecord } from '../../../src/fingerprint/index.js';
import { answer, PLAIN, TUNED, uniform } from '../_util/answers.js';

/** Texts on which versions of a runtime could disagree: case, composition, categories, widths, broken units. */
const ODD: readonly string[] = [
  '',
  '\n\n \t',
  'İstanbul ẞ ß ﬁ ǅ ΑΣ Σας — “quoted” ‘it’s’… ½ № ٣٤٥ １２',
  'a\u0301\u1acf\u0334 \u{1e6e3}\u0327 \u{16d67}\u{16d67} \u0378\u0301 \u{1fbfa}',
  'e\u0301 a\u0308\u0323 \u1100\u1161\u11a8 \u0958 \u2126 \u212b',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ☎️ ☎ 👍🏽 1️⃣ 🫠🪿',
  'こんにちは、世界！ 你好。안녕하세요? ภาษาไทย नमस्ते עברית العربية',
  'Guten Tag! Ich kann Ihnen leider nicht helfen, aber vielleicht morgen. Es tut mir leid.',
  'Bonjour ! Voilà une réponse très courte, avec des guillemets « français ».',
  'Привет! Конечно, вот ответ: я не могу этого сделать, потому что мне нельзя.',
  '\ud800 \udc00x \u0000 \u202e \ufeff \u200b\u200d \u{10ffff} \u{e0001}',
  '# Head\n\n- one\n  - two\n1. three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nx = 1\n```\n> quote\n---\n**b** *i* `c` [l](https://x.example) $x^2$ \\(y\\)',
  'As an AI language model, I cannot do that. Unfortunately… However, I might: perhaps, possibly; sorry!',
];

/** A long answer: counts saturate, and the cut falls into it. */
const LONG: string = `${ODD.join(' ')} `.repeat(40);

/** Seeded trials of all kinds: m of 1 to 3, ties, odd texts, long ones, voids of every cause, a late change. */
export function seededTrials(count: number): TrialRecord[] {
  const random = uniform(20_261_124);
  return Array.from({ length: count }, (_, i) => trialOf(i, random));
}

function trialOf(i: number, random: () => number): TrialRecord {
  const name = { suite: `suite-${i % 2}`, promptId: `p${i}` };
  if (i % 29 === 17) {
    const cause = (['free', 'content', 'interrupted'] as const)[i % 3] ?? 'free';
    const side = ([null, 'listed', 'released'] as const)[i % 3] ?? null;
    return { kind: 'void', ...name, cause, side, reason: `reason-${i % 2}` };
  }
  const odd = (): string => (random() < 0.3 ? ` ${ODD[Math.floor(random() * ODD.length)]}` : '');
  const one = (tuned: boolean): string => {
    const persona = tuned ? { ...TUNED, sentences: 8 } : PLAIN;
    return `${odd()}${answer(random, persona)}${odd()}`;
  };
  // The sides differ for a while, are alike, and differ again, so that every expert wins and loses.
  const listed = i % 37 === 36 ? LONG : one(i % 5 !== 0 && (i < 40 || i >= 110));
  const released = Array.from({ length: 1 + (i % 7 === 2 ? 1 : 0) + (i % 11 === 3 ? 1 : 0) }, () =>
    one(false),
  );
  if (i % 13 === 5) released[0] = listed;
  return { kind: 'complete', ...name, prompt: `Prompt ${i} ${ODD[i % ODD.length]}`, listed, released };
}

/** The complete ones among `trials`. */
export function completeTrials(trials: readonly TrialRecord[]): CompleteTrial[] {
  return trials.filter((trial) => trial.kind === 'complete');
}
