// Writes data/manifest.json: the SHA-256 of every file in data/sandbox, data/sites and data/suites.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const DATA = new URL('../data/', import.meta.url);

/** The text of the manifest as it should be now. */
export function dataManifest(): string {
  const files = ['sandbox', 'sites', 'suites'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, DATA))
      .sort()
      .map((file) => `${folder}/${file}`),
  );
  const hash = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(new URL(file, DATA)))
      .digest('hex');
  return `${JSON.stringify({ files: Object.fromEntries(files.map((file) => [file, hash(file)])) }, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('manifest.json', DATA), dataManifest());
}
