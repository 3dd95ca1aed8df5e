import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../../core/index.js';
import type { Artifact } from '../outcome.js';

const endings = { screenshot: 'png', html: 'html.txt', stream: 'stream.txt' };

/** Writes bytes under their hash, once. Rejects when the file can't be written. */
export async function keepArtifact(
  folder: string,
  kind: Artifact['kind'],
  content: Uint8Array | string,
): Promise<Artifact> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // Never .html: a page from a hostile site must not run when somebody opens it.
  const path = `${sha256.slice(0, 2)}/${sha256}.${endings[kind]}`;
  const target = join(folder, path);
  if (!(await holds(target, bytes.byteLength))) {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const part = `${target}.${newId()}.part`;
    await writeFile(part, bytes, { mode: 0o600, flush: true });
    await rename(part, target);
  }
  return { kind, sha256, path };
}

async function holds(path: string, bytes: number): Promise<boolean> {
  try {
    return (await stat(path)).size === bytes;
  } catch {
    return false;
  }
}
