import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of this program, as its package states it. */
export function programVersion(): string {
  version ??= readVersion();
  return version;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
