import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src/core/index.js';
import type { TrialFeatures } from '../../../src/fingerprint/index.js';
import { uniform } from '../_util/answers.js';
import { alarms, count, Model, show, styleOnly, wordyAnswer } from './null-runs.js';

const RUNS = 30;
const TRIALS = 450;
const SHARE = 0.05;

/** Answers of two paragraphs that begin with a line feed, as some models' do. */
const random = uniform(50);
const model = new Model(
  Array.from({ length: 12 }, () => `\n${wordyAnswer(random)}\n\n${wordyAnswer(random)} Café.`),
);

/** What transports do to texts without touching a word. */
const artefacts: Readonly<Record<string, (text: string) => string>> = {
  'strips a leading line feed': (text) => text.replace(/^\n/, ''),
  'ends lines with CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'adds spaces at line ends': (text) => text.replaceAll('\n', ' \t\n'),
  'adds a line feed at the end': (text) => `${text}\n`,
  'adds a no-break space at the end': (text) => `${text}\u00a0`,
  'adds blank lines between paragraphs': (text) => text.replaceAll('\n\n', '\n \n\n\n'),
  'takes accents apart': (text) => text.normalize('NFD'),
};

/** Puts layout in the place of style: what anyone would count on raw text. */
function layout(trial: TrialFeatures, read: (text: string) => string): TrialFeatures {
  const counts = (raw: string, style: Float64Array): Float64Array => {
    const text = read(raw);
    const values = [/^\s/, /\r/, /[ \t\u00a0]$/m, /\n$/, /\n\s*\n\s*\n/, /[\u0300-\u036f]/].map((mark) =>
      mark.test(text) ? 1 : 0,
    );
    return Float64Array.from(style, (_, i) => (i === 0 ? text.length : (values[i - 1] ?? 0)));
  };
  const { listed, released, example } = trial;
  return styleOnly({
    ...trial,
    listed: { ...listed, style: counts(example.listed, listed.style) },
    released: released.map((r) => ({ ...r, style: counts(example.released, r.style) })),
  });
}

/** One transport in 5 % of the listed side's answers. */
function runs(artefact: (text: string) => string, bets: (trial: TrialFeatures) => TrialFeatures): number {
  const known = new Map<TrialFeatures, TrialFeatures>();
  return count(RUNS, 1, (r) =>
    alarms(TRIALS, (fold) => {
      const listed = model.draw(r);
      const trial = model.features(r() < SHARE ? artefact(listed) : listed, model.draw(r));
      const seen = known.get(trial) ?? bets(trial);
      known.set(trial, seen);
      fold.addFeatures(seen);
    }),
  );
}

/*
 * Canonical text hides what a transport does to line ends, outer blanks, blank lines and the composition of
 * letters. It can't hide a change of the words or marks: a transport that turns dashes into hyphens, cuts
 * emoji or adds a signature makes the answers differ, and that is reported as a difference, as it must be,
 * since nothing in the answers tells it from a difference of the models. That is why one known model should pass
 * through both transports of a watch before anybody speaks of models.
 */
describe('trap 5: an artefact of the transport in 5 % of one side’s answers', () => {
  it.for(Object.entries(artefacts))(
    '%s: the features of the canonical text are the same, to the last bit',
    ([, artefact]) => {
      for (const listed of model.texts) {
        const released = model.texts[3] ?? '';
        const { example: _raw, ...changed } = model.features(artefact(listed), released);
        const { example: _clean, ...clean } = model.features(listed, released);
        expect(artefact(listed)).not.toBe(listed);
        expect(changed).toEqual(clean);
      }
    },
  );

  it('a stripped line feed or CR LF: bets on the raw text alarm nearly always, bets on the canonical text keep to alpha', async ({
    annotate,
  }) => {
    const { 'strips a leading line feed': stripped = String, 'ends lines with CR LF': crlf = String } =
      artefacts;
    const raw = (trial: TrialFeatures): TrialFeatures => layout(trial, (text) => text);
    const canonical = (trial: TrialFeatures): TrialFeatures => layout(trial, canonicalText);
    await show(annotate, {
      runs: RUNS,
      wrong: {
        'layout of the raw text, stripped line feed': { alarms: runs(stripped, raw), atLeast: 0.7 },
        'layout of the raw text, CR LF': { alarms: runs(crlf, raw), atLeast: 0.7 },
      },
      sound: {
        'layout of the canonical text, CR LF': runs(crlf, canonical),
        'ours, the style of the canonical text, stripped line feed': runs(stripped, styleOnly),
      },
    });
  });

  it('what can’t be hidden: a transport that adds a signature in words makes the answers distinguishable', async ({
    annotate,
  }) => {
    const alarmed = runs((text) => `${text}\n\nSent by relay — (free plan)`, styleOnly);
    await annotate(
      `signature: ${((100 * alarmed) / RUNS).toFixed(1)} % of ${RUNS} runs alarm, as they should`,
    );
    expect(alarmed).toBeGreaterThan(0.7 * RUNS);
  });
});
