import { describe, expect, it } from 'vitest';
import { DESCRIBED } from '../../../src/fingerprint/findings/findings.js';
import { findingSentence } from '../../../src/fingerprint/findings/sentences.js';
import { createFold, defaultDefinition, type Report } from '../../../src/fingerprint/index.js';
import { answer, type Persona, PLAIN, trial, uniform } from '../_util/answers.js';

/** Over twice as long as PLAIN, and with emoji. */
const LONGER: Persona = { ...PLAIN, sentences: 15, emoji: 0.4 };

const LENGTHS = ['characters', 'words', 'sentences', 'paragraphs'];

/** The reports of a watch at its alarm, and after 25 and 100 trials. */
function reports(seed: number): { alarm: Report; after25: Report; after100: Report } {
  const random = uniform(seed);
  const fold = createFold(defaultDefinition(0.001));
  const byTrials = new Map<number, Report>();
  let alarm: Report | undefined;
  for (let n = 1; n <= 100; n += 1) {
    const status = fold.add(trial(n, answer(random, LONGER), answer(random, PLAIN)));
    if (status.alarmAtTrial === n) alarm = fold.report();
    if (n === 25 || n === 100) byTrials.set(n, fold.report());
  }
  const [after25, after100] = [byTrials.get(25), byTrials.get(100)];
  if (alarm === undefined || after25 === undefined || after100 === undefined) throw new Error('no alarm');
  return { alarm, after25, after100 };
}

describe('findings', () => {
  it('are certain at an early alarm and material soon after, where the evidence is', () => {
    for (const seed of [1, 2, 3]) {
      const { alarm, after25, after100 } = reports(seed);
      expect(alarm.trials).toBeLessThan(25);
      const emoji = alarm.findings.find(({ feature }) => feature === 'emoji');
      expect(emoji?.superiority.low).toBeGreaterThan(0.5);
      expect(emoji?.sentence).toMatch(/^Emoji in \d+ % of listed answers, 0 % of released ones\.$/);
      expect(after25).toMatchObject({ severity: 'material' });
      expect(after100.findings.some(({ feature }) => LENGTHS.includes(feature))).toBe(true);
    }
  });

  it('are ordered by size, each with the interval that its claim needs', () => {
    for (const report of Object.values(reports(4))) {
      const sure = report.findings.filter(({ sentence }) => !sentence.includes('chance'));
      for (const list of [sure, report.findings.slice(sure.length)]) {
        const sizes = list.map(({ superiority }) => Math.abs(superiority.estimate - 0.5));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }
      for (const { superiority, sentence, material } of report.findings) {
        const { low, estimate, high } = superiority;
        expect(low).toBeLessThan(estimate + 1e-12);
        expect(high).toBeGreaterThan(estimate - 1e-12);
        expect(low > 0.5 || high < 0.5).toBe(!sentence.includes('chance'));
        expect(material).toBe(low > 0.65 || high < 0.35);
      }
    }
  });

  it('bring two real excerpts that show the difference, though a longer answer shows it further down', () => {
    const random = uniform(8);
    const fold = createFold(defaultDefinition(0.001));
    for (let n = 0; n < 30; n += 1) {
      const text = answer(random, { ...PLAIN, sentences: 20 });
      const tail = ' 🎉'.repeat(12);
      fold.add(trial(n, n % 3 === 0 ? `Well, 🎉 ${text}` : `${text.repeat(3)}${tail}`, text));
    }
    const emoji = fold.report().findings.find(({ feature }) => feature === 'emoji');
    const shown = emoji?.examples.map(({ listed }) => listed.includes('🎉'));
    expect(shown).toEqual([true, true]);
  });
});

describe('the sentences of findings', () => {
  const same = { mean: 3, median: 3, presence: 1 };
  const some = { mean: 1.5, median: 0, presence: 0.4 };
  const many = { mean: 4, median: 5, presence: 0.97 };
  const few = { mean: 0.2, median: 0, presence: 0.03 };
  const told = (id: string, listed = many, released = few, estimate = 0.9): string => {
    const feature = DESCRIBED.find((f) => f.id === id);
    return feature === undefined ? '' : findingSentence(feature, listed, released, estimate, true);
  };

  it('name every feature, both sides and no cause', () => {
    for (const feature of DESCRIBED) {
      for (const [listed, released, estimate] of [
        [many, few, 0.9],
        [few, many, 0.1],
        [many, { ...many, median: 4 }, 0.6],
        [some, { ...some, mean: 1.4 }, 0.52],
        [same, same, 0.3],
        [many, few, 0.2],
      ] as const) {
        const sentence = findingSentence(feature, listed, released, estimate, false);
        expect(sentence).toMatch(/^[A-Z“][^.]*(?:\.\d[^.]*)*; taken alone, this may still be chance\.$/);
        expect(sentence).toMatch(/listed|Listed|released|Released/);
        expect(sentence).not.toMatch(/NaN|undefined|answers in listed answers|\bshare in\b/);
      }
    }
  });

  it('say it in the plainest unit', () => {
    const words = { mean: 400, median: 410, presence: 1 };
    expect(told('words', words, { ...words, median: 141 })).toBe(
      'Listed answers are 2.9 times as long (median 410 words against 141).',
    );
    expect(told('words', words, { ...words, median: 205 })).toContain('are twice as long');
    expect(told('words', { ...words, median: 380 }, words, 0.4)).toBe(
      'Released answers are 8 % longer (median 410 words against 380).',
    );
    expect(told('emoji')).toBe('Emoji in 97 % of listed answers, 3 % of released ones.');
    expect(told('bold', many, { ...many, median: 2 })).toBe(
      'Bold text: median 5 passages in listed answers, 2 in released ones.',
    );
    expect(told('word-variety', { ...same, median: 0.61 }, { ...same, median: 0.54 })).toBe(
      'Different words among the first 100: median 61 % in listed answers, 54 % in released ones.',
    );
    expect(told('other-language', some, { ...some, presence: 0.38 })).toBe(
      'A language other than English in 40 % of listed answers, 38 % of released ones.',
    );
  });

  it('never point another way than the estimate', () => {
    expect(told('words', many, few, 0.4)).toBe(
      'Words: the released answer has more in 60 % of trials (ties count half).',
    );
    expect(told('emoji', many, few, 0.4)).toContain('the released answer has more');
    expect(told('commas', many, few, 0.4)).toContain('the released answer has more');
  });
});
