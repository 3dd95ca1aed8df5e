import { describe, expect, it } from 'vitest';
import { createFreshSuites, suiteFile } from '../../../src/evidence/pool/fresh-suites.js';
import { chosenSuites } from '../../../src/evidence/pool/reproduce.js';
import {
  builtInSuiteIds,
  loadSuite,
  type PlannedTrial,
  parseSuite,
  planRound,
  type Suite,
} from '../../../src/probes/index.js';

/** What an organisation asks in many rounds of these suites. */
async function asked(suites: readonly Suite[], seed: string, rounds = 40): Promise<PlannedTrial[]> {
  const trials: PlannedTrial[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = new Set(trials.map(({ promptHash }) => promptHash));
    const used = async (hashes: readonly string[]): Promise<Set<string>> =>
      new Set(hashes.filter((hash) => before.has(hash)));
    const plan = { suites, seed: `${seed} ${round}`, trials: 10, releasedPerTrial: 1, used };
    trials.push(...(await planRound(plan)));
  }
  return trials;
}

function freshAfter(suites: readonly Suite[], trials: readonly PlannedTrial[]): readonly Suite[] | null {
  const fresh = createFreshSuites(suites);
  for (const trial of trials) fresh.add(trial);
  return fresh.suites()?.map((suite) => parseSuite(suiteFile(suite), suite.id)) ?? null;
}

describe('fresh suites', () => {
  it('of each that ships, and of those made of them, ask nothing that was asked', async () => {
    for (const id of builtInSuiteIds().filter((one) => one !== 'one-token')) {
      let suites: readonly Suite[] = [loadSuite({ kind: 'builtin', id })];
      const prompts: string[] = [];
      for (const organisation of ['first', 'second', 'third']) {
        const trials = await asked(suites, organisation, organisation === 'first' ? 40 : 20);
        prompts.push(...trials.map(({ promptHash }) => promptHash));
        suites = freshAfter(suites, trials) ?? [];
        expect(
          suites.map((suite) => suite.id),
          id,
        ).toEqual([`${id}-fresh`]);
      }
      expect(new Set(prompts).size, id).toBe(800);
    }
  });

  it('leave out a template of which every word was asked, and say when too little is left', async () => {
    const template = (id: string, to: number): object => ({
      id,
      template: `Say {n} as ${id}.`,
      slots: { n: { from: 1, to } },
    });
    const suiteOf = (...dynamic: object[]): Suite =>
      parseSuite(JSON.stringify({ id: 'own', version: 1, title: 'Own', dynamic }), 'own');
    const trial = { suite: 'own', order: [], promptHash: '' };
    const asked = [1, 2].map((n) => ({ ...trial, promptId: 'small', prompt: `Say ${n} as small.` }));
    const [fresh] = freshAfter([suiteOf(template('small', 2), template('large', 900))], asked) ?? [];
    expect(fresh?.dynamic.map(({ id }) => id)).toEqual(['large']);
    const large = { ...trial, promptId: 'large', prompt: 'Say 123 as large.' };
    const [less] = freshAfter([suiteOf(template('large', 900))], [large]) ?? [];
    expect(less?.dynamic[0]?.slots.n).not.toEqual(expect.arrayContaining(['123']));
    expect(less?.dynamic[0]?.slots.n).toHaveLength(900 - 6);
    expect(freshAfter([suiteOf(template('large', 400))], [])).toBeNull();
  });

  it('give way to the suites as they were, by the id of those that ship', () => {
    const shipped = loadSuite({ kind: 'builtin', id: 'arena-chat' });
    const changed = parseSuite(suiteFile({ ...shipped, version: 99 }), 'changed');
    const none = { add: () => undefined, suites: () => null };
    expect(chosenSuites([shipped], none)).toMatchObject({
      refs: ['arena-chat'],
      files: [],
      notes: [expect.stringMatching(/pooling averages/)],
    });
    expect(chosenSuites([changed], none)).toMatchObject({
      refs: [{ file: './arena-chat.yaml' }],
      files: [{ name: 'arena-chat.yaml', text: suiteFile(changed) }],
    });
  });
});
