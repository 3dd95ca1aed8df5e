import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dataManifest } from '../../scripts/data-manifest.js';
import { loadGrammar } from '../../src/sandbox/grammar.js';

const data = new URL('../../data/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, data), 'utf8');

describe('data', () => {
  it('matches its manifest (npm run data:manifest)', () => {
    expect(read('manifest.json')).toBe(dataManifest());
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
