import { readdirSync, readFileSync } from 'node:fs';
import { detect } from 'tinyld';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataManifest } from '../../scripts/data-manifest.js';
import { canonicalText, seededRandom } from '../../src/core/index.js';
import {
  builtInSuiteIds,
  fillTemplate,
  lintSuite,
  loadSuite,
  promptSpace,
  readSuiteFile,
  type Suite,
} from '../../src/probes/index.js';

const data = new URL('../../data/', import.meta.url);
const ids = [
  'arena-chat',
  'coding',
  'education',
  'healthcare',
  'instructions',
  'multilingual',
  'one-token',
  'reasoning',
  'refusal-boundary',
  'self-identity',
];
const fillings = 12;

describe('the suites that ship', () => {
  it('are these ten, as the manifest says (npm run data:manifest)', () => {
    expect(builtInSuiteIds()).toEqual(ids);
    const manifest = readFileSync(new URL('manifest.json', data), 'utf8');
    expect(manifest).toBe(dataManifest());
    const listed = Object.keys((JSON.parse(manifest) as { files: object }).files);
    expect(listed.filter((file) => file.startsWith('suites/'))).toEqual(
      readdirSync(new URL('suites/', data))
        .sort()
        .map((file) => `suites/${file}`),
    );
  });

  describe.each(ids)('%s', (id) => {
    let suite: Suite;
    let samples: { language: string; text: string }[];

    beforeAll(() => {
      suite = loadSuite({ kind: 'builtin', id });
      const random = seededRandom(`samples of ${id}`);
      samples = [
        ...suite.fixed.map(({ language, prompt }) => ({ language, text: prompt })),
        ...suite.dynamic.flatMap((template) =>
          Array.from({ length: fillings }, () => ({
            language: template.language,
            text: fillTemplate(template, random),
          })),
        ),
      ];
    });

    it('is called like its file and passes the linter without a warning', () => {
      expect(suite.id).toBe(id);
      expect(lintSuite(readSuiteFile({ kind: 'builtin', id }).text)).toEqual([]);
    });

    it('has at least 40 prompts, 30 of them templates, and asks over a million different texts', () => {
      expect(suite.fixed.length + suite.dynamic.length).toBeGreaterThanOrEqual(40);
      expect(suite.dynamic.length).toBeGreaterThanOrEqual(30);
      const space = promptSpace(suite);
      expect(space.exact).toBe(true);
      expect(space.texts).toBeGreaterThan(1_000_000);
      // By the definition: no two fillings read the same, so the space is the sum of the products.
      const products = suite.dynamic.map(({ slots }) =>
        Object.values(slots).reduce((product, words) => product * words.length, 1),
      );
      expect(space.texts).toBe(products.reduce((sum, n) => sum + n, suite.fixed.length));
      // Each template has room of its own: none is used up while the others last.
      expect(Math.min(...products)).toBeGreaterThanOrEqual(1000);
    });

    it('fills every slot into tidy sentences', () => {
      for (const { text } of samples) {
        expect(text).not.toMatch(/[{}]|undefined|\$\w|\S {2,}\S| [,.](?=\s|$)/);
        expect(text).toBe(canonicalText(text));
        expect(text).toMatch(/^[^\p{Ll}]/u);
        expect(text.match(/"/g)?.length ?? 0).toSatisfy((quotes: number) => quotes % 2 === 0);
      }
    });
  });

  it('one-token asks with templates only, and for one word, number, name, letter, or yes or no', () => {
    const suite = loadSuite({ kind: 'builtin', id: 'one-token' });
    expect(suite.fixed).toEqual([]);
    for (const { template } of suite.dynamic)
      expect(template).toMatch(
        /(Answer with (one|the|that|yes|heads|two letters|"half")|Fill the gap with one word)/,
      );
  });

  it('multilingual is written in its languages, three templates and a fixed prompt each', () => {
    const suite = loadSuite({ kind: 'builtin', id: 'multilingual' });
    const languages = new Set(suite.dynamic.map(({ language }) => language));
    expect(languages.size).toBeGreaterThanOrEqual(8);
    expect(languages.has('en')).toBe(false);
    const random = seededRandom('languages');
    for (const language of languages) {
      const templates = suite.dynamic.filter((entry) => entry.language === language);
      expect(templates).toHaveLength(3);
      expect(suite.fixed.filter((entry) => entry.language === language)).toHaveLength(1);
      // Several prompts in one text: a detector needs more than one short sentence.
      const text = templates.flatMap((entry) => [1, 2, 3].map(() => fillTemplate(entry, random))).join(' ');
      expect({ language, detected: detect(text, { only: [...languages, 'en'] }) }).toEqual({
        language,
        detected: language,
      });
    }
  });
});
