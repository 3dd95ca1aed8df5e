import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.js';
import { loadSuite, type PlannedTrial, parseSuite, planRound, type Suite } from '../../src/probes/index.js';
import { fillTemplate } from '../../src/probes/suites.js';

const suiteText = `
id: mine
version: 2
title: Mine
fixed:
${Array.from({ length: 12 }, (_, i) => `  - { id: fixed-${i}, prompt: "Fixed question ${i}?" }`).join('\n')}
dynamic:
  - id: tell
    template: Tell me about {thing} in {place}. Yes, {thing}!
    slots: { thing: $things, place: [Rome, Oslo, Kyoto] }
lists:
  things: [${Array.from({ length: 40 }, (_, i) => `thing${i}`).join(', ')}]
`;
const suite = parseSuite(suiteText, 'mine.yaml');
const unused = async (): Promise<ReadonlySet<string>> => new Set();
const plan = (
  seed: string,
  changes: Partial<Parameters<typeof planRound>[0]> = {},
): Promise<PlannedTrial[]> =>
  planRound({ suites: [suite], seed, trials: 10, releasedPerTrial: 1, used: unused, ...changes });
const isFixed = (trial: PlannedTrial): boolean => trial.promptId.startsWith('fixed-');

const head = 'id: a\nversion: 1\ntitle: A\n';

describe('parseSuite', () => {
  it.each([
    ['', /:1: the file: /],
    ['[]', /:1: the file: must be a map/],
    ['id: [', /s\.yaml:1: the file: is not YAML: /],
    [`${head}title: B\nfixed: [{ id: x, prompt: p }]`, /:4: title: is given twice/],
    [`${head}colour: red`, /:4: colour: is an unknown key/],
    ['id: Not A Slug\nversion: 1\ntitle: A', /:1: id: use lower-case words/],
    ['id: a\nversion: 0\ntitle: A', /:2: version: /],
    ['id: a\nversion: 1', /title: is missing/],
    [`${head}language: English`, /language: use a language code/],
    [`${head}fixed: [{ id: x }]`, /fixed\[0\]\.prompt: is missing/],
    [`${head}fixed: [{ id: x, prompt: "" }]`, /fixed\[0\]\.prompt: /],
    [`${head}fixed: [{ id: x, prompt: 5 }]`, /fixed\[0\]\.prompt: must be text/],
    [`${head}fixed: [{ id: x, prompt: p, extra: 1 }]`, /fixed\[0\]\.extra: is an unknown key/],
    [head, /no prompts/],
    [`${head}fixed:\n- { id: x, prompt: p }\n- { id: x, prompt: q }`, /:6: x: is the id of two prompts/],
    [`${head}dynamic: [{ id: d, template: "no slot" }]`, /:4: d: has no slot/],
    [`${head}dynamic: [{ id: d, template: "{a}" }]`, /:4: d: there are no words for \{a\}/],
    [
      `${head}dynamic: [{ id: d, template: "{a}", slots: { a: [x], b: [y] } }]`,
      /:4: d: the template never uses its slot \{b\}/,
    ],
    [`${head}dynamic: [{ id: d, template: "{a}", slots: { a: $none } }]`, /no list called "\$none"/],
    [`${head}dynamic: [{ id: d, template: "{a}", slots: { a: none } }]`, /slots\.a: is a list of words, or/],
    [`${head}dynamic: [{ id: d, template: "{a}", slots: { a: [] } }]`, /dynamic\[0\]\.slots\.a: must be at/],
    [`${head}dynamic: [{ id: d, template: "{a}", slots: { a: { from: 2, to: 2 } } }]`, /must count upwards/],
    [
      `${head}dynamic: [{ id: d, template: "{a}", slots: { a: { from: 0, to: 1e6 } } }]`,
      /must count upwards/,
    ],
    [`${head}dynamic: [{ id: d, template: "{constructor}" }]`, /no words for \{constructor\}/],
    [
      `${head}dynamic: [{ id: d, template: "{a}", slots: { a: $constructor } }]`,
      /no list called "\$constructor"/,
    ],
  ])('rejects %j and says where and why', (text, reason) => {
    expect(() => parseSuite(text, 's.yaml')).toThrow(reason);
    expect(() => parseSuite(text, 's.yaml')).toThrow(/^s\.yaml:\d+: \P{Cc}+$/u);
  });

  it('names a suite that is not there', () => {
    expect(() => loadSuite({ kind: 'builtin', id: 'nope' })).toThrow(/built-in suite called "nope"/);
    expect(() => loadSuite({ kind: 'file', path: '/nowhere/s.yaml' })).toThrow(
      /\/nowhere\/s\.yaml can't be read/,
    );
  });

  it('hashes what is asked, not how the file is laid out', () => {
    expect(parseSuite(`# a comment\n${suiteText}\n`, 'other.yaml').hash).toBe(suite.hash);
    expect(parseSuite(suiteText.replace('question 3', 'question three'), 's').hash).not.toBe(suite.hash);
    expect(parseSuite(suiteText.replace('thing7', 'thing-seven'), 's').hash).not.toBe(suite.hash);
  });

  it('fills every slot, the same name with the same word', () => {
    const [template] = suite.dynamic;
    if (!template) throw new Error('no template');
    const random = seededRandom('fill');
    const filled = Array.from({ length: 50 }, () => fillTemplate(template, random));
    for (const text of filled)
      expect(text).toMatch(/^Tell me about (thing\d+) in (Rome|Oslo|Kyoto)\. Yes, \1!$/);
    expect(new Set(filled).size).toBeGreaterThan(30);
  });

  it('counts a range of whole numbers, in a slot or a list, as its words', () => {
    const numbers = (range: string): Suite =>
      parseSuite(`${head}dynamic: [{ id: d, template: "{n}", slots: { n: ${range} } }]`, 's.yaml');
    const { slots } = numbers('{ from: -1, to: 2 }').dynamic[0]!;
    expect(slots).toEqual({ n: ['-1', '0', '1', '2'] });
    expect(numbers('{ from: -1, to: 2 }').hash).toBe(numbers('["-1", "0", "1", "2"]').hash);
    const shared = parseSuite(
      `${head}dynamic: [{ id: d, template: "{n}", slots: { n: $few } }]\nlists: { few: { from: 7, to: 8 } }`,
      's.yaml',
    );
    expect(shared.dynamic[0]!.slots).toEqual({ n: ['7', '8'] });
  });

  it("gives each prompt the suite's language unless it has its own", () => {
    const mixed = parseSuite(
      `${head}language: de\nfixed: [{ id: a, prompt: Hallo }, { id: b, language: fr, prompt: Salut }]`,
      's.yaml',
    );
    expect(mixed.fixed.map(({ language }) => language)).toEqual(['de', 'fr']);
    expect(suite.fixed[0]?.language).toBe('en');
  });
});

describe('the arena-chat suite', () => {
  it('loads, and lasts for thousands of trials without a repeated prompt', async () => {
    const arena = loadSuite({ kind: 'builtin', id: 'arena-chat' });
    expect(arena.fixed.length).toBeGreaterThan(10);
    expect(arena.dynamic.length).toBeGreaterThan(5);
    const trials = await plan('arena', { suites: [arena], trials: 2000 });
    expect(new Set(trials.map((trial) => trial.promptHash)).size).toBe(2000);
    for (const { prompt } of trials) expect(prompt).not.toMatch(/[{}$]\w|undefined/);
  });
});

describe('planRound', () => {
  it('depends on the seed alone', async () => {
    expect(await plan('s1')).toEqual(await plan('s1'));
    expect(await plan('s1')).not.toEqual(await plan('s2'));
  });

  it('takes half of the prompts from the fixed ones while they last', async () => {
    for (const trials of [1, 2, 7, 10, 20])
      expect((await plan('half', { trials })).filter(isFixed)).toHaveLength(Math.floor(trials / 2));
    expect((await plan('half', { trials: 60 })).filter(isFixed)).toHaveLength(12);
  });

  it('never plans a prompt twice in an epoch, whatever the seeds, until none is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), async (seeds) => {
        const used = new Set<string>();
        const select = async (hashes: readonly string[]): Promise<Set<string>> =>
          new Set(hashes.filter((hash) => used.has(hash)));
        for (const seed of seeds) {
          const trials = await plan(seed, { trials: 30, used: select });
          for (const { promptHash } of trials) {
            expect(used.has(promptHash)).toBe(false);
            used.add(promptHash);
          }
        }
      }),
      { numRuns: 20 },
    );
    const fixedOnly: Suite = { ...suite, dynamic: [] };
    const trials = await plan('x', { suites: [fixedOnly], trials: 50 });
    expect(new Set(trials.map((trial) => trial.prompt))).toEqual(new Set(suite.fixed.map((f) => f.prompt)));
    const all = async (hashes: readonly string[]): Promise<Set<string>> => new Set(hashes);
    await expect(plan('y', { suites: [fixedOnly], used: all })).rejects.toThrow(/every prompt .* was used/);
    await expect(plan('y', { used: all })).rejects.toThrow(/every prompt .* was used/);
  });

  describe('with several suites', () => {
    const named = (id: string, fixed: number, templates: number): Suite => ({
      ...suite,
      id,
      fixed: suite.fixed.slice(0, fixed).map((entry) => ({ ...entry, prompt: `${id}: ${entry.prompt}` })),
      dynamic: Array.from({ length: templates }, (_, i) => ({
        ...suite.dynamic[0]!,
        id: `tell-${i}`,
        template: `${id} ${i}: ${suite.dynamic[0]!.template}`,
      })),
    });
    const three = [named('few', 12, 1), named('many', 12, 30), named('other', 12, 4)];
    const perSuite = (trials: readonly PlannedTrial[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const trial of trials) counts[trial.suite] = (counts[trial.suite] ?? 0) + 1;
      return counts;
    };

    it('shares a round equally, whatever the number of templates, and half of it is fixed', async () => {
      const extra: Record<string, number> = { few: 0, many: 0, other: 0 };
      for (let i = 0; i < 60; i += 1) {
        const trials = 4 + (i % 12);
        const planned = await plan(`share-${i}`, { suites: three, trials });
        const counts = perSuite(planned);
        const low = Math.floor(trials / 3);
        expect(planned).toHaveLength(trials);
        expect(planned.filter(isFixed)).toHaveLength(Math.floor(trials / 2));
        for (const { id } of three) {
          expect(counts[id]).toBeGreaterThanOrEqual(low);
          expect(counts[id]).toBeLessThanOrEqual(low + 1);
          if (trials % 3 === 1 && counts[id] === low + 1) extra[id] = (extra[id] ?? 0) + 1;
        }
      }
      // Who gets the one more is drawn anew each time: 20 rounds have one over.
      for (const { id } of three) expect(extra[id]).toBeGreaterThanOrEqual(2);
    });

    it('has room for one trial each at most when there are more suites than trials', async () => {
      const counts = perSuite(await plan('few trials', { suites: three, trials: 2 }));
      expect(Object.values(counts)).toEqual([1, 1]);
    });

    it('gives the share of a suite that has run out to the others', async () => {
      const scarce: Suite = { ...named('scarce', 2, 0) };
      const trials = await plan('scarce', { suites: [scarce, ...three], trials: 40 });
      expect(trials).toHaveLength(40);
      const counts = perSuite(trials);
      expect(counts.scarce).toBe(2);
      for (const { id } of three) expect([12, 13]).toContain(counts[id]);
      expect(new Set(trials.map(({ promptHash }) => promptHash)).size).toBe(40);
    });

    it('never plans the same text for two suites', async () => {
      const twin: Suite = { ...named('few', 12, 1), id: 'twin' };
      const trials = await plan('twin', { suites: [three[0]!, twin], trials: 120 });
      expect(trials).toHaveLength(120);
      expect(new Set(trials.map(({ promptHash }) => promptHash)).size).toBe(120);
    });

    it('is settled by the seed, the suites and the used prompts', async () => {
      const used = async (hashes: readonly string[]): Promise<Set<string>> =>
        new Set(hashes.filter((hash) => hash < '8'));
      const first = await plan('s', { suites: three, trials: 30, used });
      expect(await plan('s', { suites: three, trials: 30, used })).toEqual(first);
      expect(await plan('s', { suites: three, trials: 30 })).not.toEqual(first);
      expect(first.every(({ promptHash }) => promptHash >= '8')).toBe(true);
    });
  });

  it('puts each answer in each place equally often, whatever the kind of prompt', async () => {
    const arena = loadSuite({ kind: 'builtin', id: 'arena-chat' });
    const planned: PlannedTrial[] = [];
    for (let i = 0; i < 40; i += 1)
      planned.push(...(await plan(`order-${i}`, { suites: [arena], trials: 60, releasedPerTrial: 2 })));
    const arenaFixed = new Set(arena.fixed.map((f) => f.id));
    for (const group of [planned, planned.filter((t) => arenaFixed.has(t.promptId))]) {
      const counts = new Map<string, number>();
      for (const { order } of group) counts.set(order.join(' '), (counts.get(order.join(' ')) ?? 0) + 1);
      expect(counts.size).toBe(6);
      const expected = group.length / 6;
      const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      expect(chiSquare).toBeLessThan(20.6); // 5 degrees of freedom, p = 0.001
    }
    // m = 1: the listed side is first in half of the trials.
    const pairs: PlannedTrial[] = [];
    for (let i = 0; i < 40; i += 1) pairs.push(...(await plan(`pair-${i}`, { suites: [arena], trials: 50 })));
    const first = pairs.filter(({ order }) => order[0] === 'listed').length;
    expect(Math.abs(first - 1000)).toBeLessThan(3.3 * Math.sqrt(500));
  });
});
