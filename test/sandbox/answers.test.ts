import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { ask, complete, PROMPTS, prompts } from './_client.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'answers' });
});
afterAll(() => sandbox.close());

async function answers(model: string, count: number): Promise<string[]> {
  const out: string[] = [];
  for (const prompt of prompts(count)) out.push(await ask(sandbox, model, prompt));
  return out;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const wordCount = (text: string): number => text.split(/\s+/).length;
const shareOf = (texts: readonly string[], pattern: RegExp): number =>
  texts.filter((text) => pattern.test(text)).length / texts.length;

/** The largest gap between two empirical distribution functions (Kolmogorov and Smirnov). */
function ksGap(a: readonly number[], b: readonly number[]): number {
  const below = (values: readonly number[], x: number): number =>
    values.filter((v) => v <= x).length / values.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(below(a, x) - below(b, x))));
}

describe('answers', () => {
  it('depend only on seed, model and request number, in whatever order and company', async () => {
    const twin = await startSandbox({ seed: 'answers-twin' });
    const other = await startSandbox({ seed: 'answers-twin' });
    const stranger = await startSandbox({ seed: 'answers-stranger' });
    try {
      const alone: string[] = [];
      for (let i = 0; i < 12; i += 1) alone.push(await ask(twin, 'vanilla', PROMPTS[0]));
      const crowd = await Promise.all(
        Array.from({ length: 36 }, (_, i) =>
          ask(other, ['vanilla', 'quantised', 'vanilla+faults=429:0'][i % 3]!, PROMPTS[0]),
        ),
      );
      const ofVanilla = crowd.filter((_, i) => i % 3 === 0);
      expect(ofVanilla.toSorted()).toEqual(alone.toSorted());
      // Neither another model string nor another seed shares a single answer with it.
      const rest = [...crowd.filter((_, i) => i % 3 !== 0), await ask(stranger, 'vanilla', PROMPTS[0])];
      expect(rest.filter((text) => alone.includes(text))).toEqual([]);
    } finally {
      await Promise.all([twin.close(), other.close(), stranger.close()]);
    }
  });

  it('are frozen at temperature 0 and by a seed, and fresh otherwise', async () => {
    const frozen = [0, 1, 2].map(() => ask(sandbox, 'vanilla', PROMPTS[2], { temperature: 0 }));
    expect(new Set(await Promise.all(frozen)).size).toBe(1);
    expect(await ask(sandbox, 'arena-tuned', PROMPTS[2], { temperature: 0 })).not.toBe(await frozen[0]);
    const seeded = [7, 7, 8].map((seed) => ask(sandbox, 'vanilla', PROMPTS[2], { seed }));
    const [first, again, different] = await Promise.all(seeded);
    expect(first).toBe(again);
    expect(first).not.toBe(different);
    const fresh = await Promise.all(Array.from({ length: 50 }, () => ask(sandbox, 'vanilla', PROMPTS[2])));
    expect(new Set(fresh).size).toBe(50);
    expect(new Set(fresh.map((text) => text.slice(0, 40))).size).toBeGreaterThan(20);
    const lengths = fresh.map(wordCount).toSorted((a, b) => a - b);
    expect(lengths[45]! / lengths[5]!).toBeGreaterThan(1.8);
  });

  it('depend on the prompt: its topics and its kind', async () => {
    expect(await ask(sandbox, 'vanilla', PROMPTS[1], { temperature: 0 })).toMatch(/sourdough|rye bread/i);
    expect(await ask(sandbox, 'vanilla', 'Explain the zanzibar effect.', { temperature: 0 })).toMatch(
      /zanzibar/i,
    );
    const many = async (prompt: string): Promise<string[]> =>
      await Promise.all(Array.from({ length: 40 }, () => ask(sandbox, 'vanilla', prompt)));
    const [code, steps, comparison] = [
      await many(PROMPTS[5]),
      await many(PROMPTS[3]),
      await many(PROMPTS[1]),
    ];
    expect(shareOf(code, /```/)).toBeGreaterThan(0.5);
    expect(shareOf(steps, /```/)).toBe(0);
    expect(shareOf(steps, /^1\. /m)).toBeGreaterThan(0.4);
    expect(shareOf(comparison, /^\| --- \|/m)).toBeGreaterThan(0.1);
    const plain = mean((await many('Describe the moon.')).map(wordCount));
    expect(mean((await many('Describe the moon, in a nutshell.')).map(wordCount))).toBeLessThan(0.8 * plain);
  });

  it('never show a rule that was not filled in', async () => {
    const all = [...(await answers('vanilla', 160)), ...(await answers('arena-tuned', 160))];
    const prose = all.map((text) => text.replaceAll(/```[\s\S]*?```/g, ''));
    expect(prose.filter((text) => /[{}]|undefined|\bnull\b/.test(text))).toEqual([]);
    expect(all.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('of vanilla are alike for both sides, of arena-tuned plainly not', async () => {
    const [one, two] = [await answers('vanilla', 240), await answers('vanilla', 240)];
    const tuned = await answers('arena-tuned', 240);
    // The gap of two samples of one distribution is above 1.63·√(2/240) ≈ 0.149 in 1 % of all seeds; this seed is fixed.
    expect(ksGap(one.map(wordCount), two.map(wordCount))).toBeLessThan(0.149);
    expect(ksGap(one.map(wordCount), tuned.map(wordCount))).toBeGreaterThan(0.35);
    expect(mean(tuned.map(wordCount)) / mean(one.map(wordCount))).toBeGreaterThan(1.6);
    const emoji = /\p{Emoji_Presentation}/u;
    expect(shareOf(tuned, emoji)).toBeGreaterThan(0.8);
    expect(shareOf(one, emoji)).toBeLessThan(0.2);
    expect(shareOf(tuned, /!/) - shareOf(one, /!/)).toBeGreaterThan(0.3);
    expect(shareOf(tuned, /\*\*/) - shareOf(one, /\*\*/)).toBeGreaterThan(0.2);
    expect(shareOf(tuned, /^#{2,3} /m) - shareOf(one, /^#{2,3} /m)).toBeGreaterThan(0.3);
  });

  it('of medium lie between vanilla and arena-tuned', async () => {
    const [plain, medium, tuned] = [
      await answers('vanilla', 240),
      await answers('medium', 240),
      await answers('arena-tuned', 240),
    ];
    const words = (texts: readonly string[]): number => mean(texts.map(wordCount));
    expect(words(medium) / words(plain)).toBeGreaterThan(1.05);
    expect(words(tuned) / words(medium)).toBeGreaterThan(1.3);
    expect(shareOf(medium, /!/) - shareOf(plain, /!/)).toBeGreaterThan(0.05);
    expect(shareOf(tuned, /!/) - shareOf(medium, /!/)).toBeGreaterThan(0.2);
  });

  it('of quantised drift in a few words only', async () => {
    const [one, drifted] = [
      (await answers('vanilla', 320)).join(' '),
      (await answers('quantised', 320)).join(' '),
    ];
    const rate = (text: string): number =>
      (
        text.match(/\b(?:additionally|though|since|typically|numerous|essential|primarily|somewhat)\b/gi) ??
        []
      ).length / wordCount(text);
    expect(rate(drifted) / rate(one)).toBeGreaterThan(1.15);
    expect(rate(drifted) / rate(one)).toBeLessThan(2);
    expect(drifted.length / one.length).toBeGreaterThan(0.85);
    expect(drifted.length / one.length).toBeLessThan(1.05);
  });

  it('of swap-at=N change after N requests', async () => {
    const emoji = /\p{Emoji_Presentation}|!/u;
    const texts: string[] = [];
    for (const prompt of prompts(60)) texts.push(await ask(sandbox, 'swap-at=30', prompt));
    expect(shareOf(texts.slice(0, 30), emoji)).toBeLessThan(0.5);
    expect(shareOf(texts.slice(30), emoji)).toBeGreaterThan(0.8);
    const fingerprints: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      fingerprints.push((await complete(sandbox, { model: 'swap-at=2:quantised' })).system_fingerprint);
    }
    expect(fingerprints[0]).toBe(fingerprints[1]);
    expect(fingerprints[2]).toBe(fingerprints[3]);
    expect(fingerprints[1]).not.toBe(fingerprints[2]);
  });
});
