import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where to look for a Chromium. Both come from the environment. */
export interface ChromiumSearch {
  /** A path that somebody named (CHROMIUM_PATH). */
  readonly named: string | null;
  /** The folders of programs (PATH). */
  readonly path: string | null;
}

/** The path of a Chromium that runs: the named one, one in PATH, Playwright's own; else null. */
export async function findChromium(search: ChromiumSearch): Promise<string | null> {
  if (search.named !== null && (await runs(search.named))) return search.named;
  const folders = (search.path ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await runs(path)) return path;
    }
  }
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  return (await runs(own)) ? own : null;
}

/** Whether `path` starts as a browser: some systems put a script there that only says how to install one. */
async function runs(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    if (!(await stat(path)).isFile()) return false;
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 15_000 });
    return /chrom/i.test(stdout);
  } catch {
    return false;
  }
}
