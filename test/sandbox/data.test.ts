import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dataManifest } from '../../scripts/data-manifest.js';
import { loadGrammar } from '../../src/sandbox/grammar.js';

const data = new URL('../../data/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, data), 'utf8');

describe('data', () => {
  it('matches its manifest (npm run data:manifest)', () => {
    expect(read('manifest.json')).toBe(dataManifest());
  });

  it('holds a suite with over a million distinct prompts', () => {
    const suite = parse(read('suites/arena-chat.yaml')) as {
      fixed: { id: string; prompt: string }[];
      dynamic: { id: string; template: string; slots: Record<string, string | string[]> }[];
      lists: Record<string, string[]>;
    };
    const ids = [...suite.fixed, ...suite.dynamic].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(suite.fixed.length).toBeGreaterThanOrEqual(12);
    expect(suite.dynamic.length).toBeGreaterThanOrEqual(30);
    let distinct = suite.fixed.length;
    for (const { template, slots } of suite.dynamic) {
      const named = [...template.matchAll(/\{([a-z0-9]+)\}/g)].map((match) => match[1]!);
      expect(named.toSorted()).toEqual(Object.keys(slots).toSorted());
      const words = Object.values(slots).map((slot) =>
        typeof slot === 'string' ? suite.lists[slot.slice(1)]! : slot,
      );
      for (const list of words) {
        expect(new Set(list).size).toBe(list.length);
        expect(list.every((word) => typeof word === 'string' && !/[{}]/.test(word))).toBe(true);
      }
      distinct += words.reduce((product, list) => product * list.length, 1);
    }
    expect(distinct).toBeGreaterThan(1_000_000);
  });

  it('names every problem of a bad grammar', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grammar-'));
    try {
      for (const file of ['prompts.yaml', 'grammar.yaml', 'variants.yaml']) {
        writeFileSync(join(folder, file), read(`sandbox/${file}`));
      }
      const url = pathToFileURL(`${folder}/`);
      expect(loadGrammar(url).variants.has('vanilla')).toBe(true);
      const rules = `${read('sandbox/grammar.yaml')}\n  loop: ["{loop}"]\n  gap: ["{nowhere}"]\n`;
      writeFileSync(join(folder, 'grammar.yaml'), rules);
      const variants = read('sandbox/variants.yaml');
      writeFileSync(join(folder, 'variants.yaml'), variants.replace('drift: 2.2', 'draft: 2.2'));
      expect(() => loadGrammar(url)).toThrow(/"loop" leads back.*unknown "nowhere".*unknown tag "draft"/);
      writeFileSync(join(folder, 'variants.yaml'), variants.replace('opening: 0.28', 'opening: 28'));
      expect(() => loadGrammar(url)).toThrow(/variants\.yaml: .*opening/s);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
