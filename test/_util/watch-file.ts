import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** One side, on a sandbox or any other loopback server. */
export function endpoint(baseUrl: string, model: string, more: object = {}): object {
  return {
    kind: 'openai',
    base_url: baseUrl,
    model,
    params: { temperature: 1, max_tokens: 1000 },
    concurrency: 4,
    first_byte_timeout: '2s',
    total_timeout: '5s',
    max_retries: 0,
    ...more,
  };
}

/** Writes `twinwatch.yaml` into `folder` and returns its path. */
export function writeWatchFile(folder: string, watches: readonly object[], more: object = {}): string {
  const path = join(folder, 'twinwatch.yaml');
  writeFileSync(path, stringify({ version: 1, ...more, watches }));
  return path;
}
