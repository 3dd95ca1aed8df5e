import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
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
  const path = artifactPath({ kind, sha256 });
  const target = join(folder, path);
  if (!(await holds(target, bytes.byteLength))) {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const part = `${target}.${newId()}.part`;
    await writeFile(part, bytes, { mode: 0o600, flush: true });
    await rename(part, target);
  }
  return { kind, sha256, path };
}

/** Removes what was kept in `folder`; what is not there any more is no error. */
export async function removeArtifacts(
  folder: string,
  artifacts: readonly Omit<Artifact, 'path'>[],
): Promise<void> {
  for (const artifact of artifacts) await rm(join(folder, artifactPath(artifact)), { force: true });
}

// Never .html: a page from a hostile site must not run when somebody opens it.
function artifactPath({ kind, sha256 }: Omit<Artifact, 'path'>): string {
  return `${sha256.slice(0, 2)}/${sha256}.${endings[kind]}`;
}

async function holds(path: string, bytes: number): Promise<boolean> {
  try {
    return (await stat(path)).size === bytes;
  } catch {
    return false;
  }
}
