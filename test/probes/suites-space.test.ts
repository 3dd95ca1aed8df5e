import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSuite, promptSpace, type Suite } from '../../src/probes/index.js';

type Template = Suite['dynamic'][number];

/** All fillings, by hand. */
function enumerate({ template, slots }: Pick<Template, 'template' | 'slots'>): string[] {
  return Object.entries(slots).reduce(
    (texts, [name, words]) =>
      texts.flatMap((text) => words.map((word) => text.replaceAll(`{${name}}`, word))),
    [template],
  );
}

const word = fc.stringMatching(/^[ab]{1,4}$/);
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
const literal = fc.constantFrom('', 'a', 'b', 'c', 'ab', ' ');
const template = fc
  .tuple(literal, fc.array(fc.tuple(words, literal), { minLength: 1, maxLength: 3 }))
  .map(([start, rest]) => ({
    language: 'en',
    template: `x${start}${rest.map(([, after], slot) => `{s${slot}}${after}`).join('')}x`,
    slots: Object.fromEntries(rest.map(([list], slot) => [`s${slot}`, list])),
  }));
const suites = fc
  .tuple(fc.array(template, { minLength: 1, maxLength: 3 }), fc.uniqueArray(word, { maxLength: 3 }))
  .map(([dynamic, prompts]) => ({
    dynamic: dynamic.map((entry, i) => ({ ...entry, id: `t${i}` })),
    fixed: prompts.map((text, i) => ({ id: `f${i}`, language: 'en', prompt: `x${text}x` })),
  }));

describe('promptSpace', () => {
  it('is exact where no two fillings read the same, and a lower bound elsewhere', () => {
    let colliding = 0;
    fc.assert(
      fc.property(suites, (suite) => {
        const texts = [...suite.fixed.map(({ prompt }) => prompt), ...suite.dynamic.flatMap(enumerate)];
        const distinct = new Set(texts).size;
        const space = promptSpace(suite);
        expect(space.exact).toBe(distinct === texts.length);
        expect(space.collisions.length > 0).toBe(distinct < texts.length);
        if (space.exact) expect(space.texts).toBe(distinct);
        else {
          colliding += 1;
          expect(space.texts).toBeLessThanOrEqual(distinct);
          expect(space.texts).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(colliding).toBeGreaterThan(20);
    expect(colliding).toBeLessThan(400);
  });

  it('names who collides, and counts what is left', () => {
    const suite = parseSuite(
      `
id: a
version: 1
title: A
fixed: [{ id: one, prompt: Bring salt and pepper now }]
dynamic:
  - { id: two, template: "Bring {x} now", slots: { x: [salt, salt and pepper, oil] } }
  - { id: three, template: "Take {x} {y} now", slots: { x: [a, a b], y: [b c, c, d] } }
  - { id: four, template: "Say {x} and {x}", slots: { x: [yes, no] } }
`,
      'a.yaml',
    );
    expect(promptSpace(suite)).toEqual({
      collisions: [
        ['one', 'two'],
        ['three', 'three'],
      ],
      exact: false,
      // "two" without its twin, "three" with its first word held, "four".
      texts: 3 + 3 + 2,
    });
  });

  it('compares texts as they are sent to statistics: composed, without outer blanks', () => {
    const suite = parseSuite(
      'id: a\nversion: 1\ntitle: A\nfixed: [{ id: one, prompt: "Caf\\u00e9?" }, { id: two, prompt: "Cafe\\u0301?\\n" }]',
      'a.yaml',
    );
    expect(promptSpace(suite).collisions).toEqual([['one', 'two']]);
  });

  it('counts spaces that nobody could list, and stays quick on hostile ones', () => {
    const long = (n: number): string[] => Array.from({ length: n }, (_, i) => 'a'.repeat(i + 1));
    const huge: Template = {
      id: 'huge',
      language: 'en',
      template: '{a}-{b}-{c}-{d}',
      slots: Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((name) => [name, Array.from({ length: 2000 }, (_, i) => `${i}`)]),
      ),
    };
    expect(promptSpace({ fixed: [], dynamic: [huge] })).toEqual({
      texts: 2000 ** 4,
      exact: true,
      collisions: [],
    });
    const hostile: Template = {
      id: 'hostile',
      language: 'en',
      template: '{a}{b}{c}',
      slots: { a: long(300), b: long(300), c: long(300) },
    };
    const space = promptSpace({ fixed: [], dynamic: [hostile] });
    expect(space.exact).toBe(false);
    expect(space.texts).toBeLessThanOrEqual(898);
  });

  it('gives up on what it can not prove, and then claims little', () => {
    // All fillings differ in length, but the search would have to try them all to see it.
    const runs = (step: number): string[] => Array.from({ length: 60 }, (_, i) => 'a'.repeat((i + 1) * step));
    const tangled: Template = {
      id: 'tangled',
      language: 'en',
      template: '{a}{b}{c}',
      slots: { a: runs(1), b: runs(60), c: runs(3600).filter((text) => text.length < 8000) },
    };
    const space = promptSpace({ fixed: [], dynamic: [tangled] });
    expect(space).toMatchObject({ exact: false, collisions: [] });
    expect(space.texts).toBeLessThanOrEqual(60 * 60 * 2);
  });
});
