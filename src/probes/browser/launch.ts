import { mkdir } from 'node:fs/promises';
import type { BrowserContext, LaunchOptions } from 'playwright';

/** A profile to open in a browser. */
export interface ProfileOptions {
  /** Chromium's program. */
  readonly executablePath: string;
  /** Folder of cookies and other state; made when it is not there. */
  readonly profile: string;
  readonly headless: boolean;
  readonly sandbox: boolean;
  /** Who visits; added to the browser's own user agent. */
  readonly contact: string;
}

/** Opens a browser on a profile. Rejects when Chromium can't start, or another one has the profile open. */
export async function openProfile(options: ProfileOptions): Promise<BrowserContext> {
  const { chromium } = await import('playwright');
  await mkdir(options.profile, { recursive: true, mode: 0o700 });
  const start = startOptions(options);
  const userAgent = `${await ownUserAgent(options)} Twinwatch (${options.contact})`;
  return await chromium.launchPersistentContext(options.profile, {
    ...start,
    userAgent,
    acceptDownloads: false,
  });
}

type StartOptions = Pick<ProfileOptions, 'executablePath' | 'headless' | 'sandbox'>;

function startOptions({ executablePath, headless, sandbox }: StartOptions): LaunchOptions {
  return {
    executablePath,
    headless,
    // Chromium refuses to start with its sandbox as root.
    chromiumSandbox: sandbox && process.getuid?.() !== 0,
    args: ['--disable-gpu'],
    timeout: 60_000,
    // Stopping is the program's own business: a signal must not cut an answer that may still finish.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}

const userAgents = new Map<string, Promise<string>>();

/** What this Chromium calls itself. Can be told only at start, so it is asked once, in a run of its own. */
async function ownUserAgent(options: StartOptions): Promise<string> {
  const key = `${options.executablePath} ${options.headless}`;
  const known = userAgents.get(key) ?? askUserAgent(options);
  userAgents.set(key, known);
  try {
    return await known;
  } catch (error) {
    userAgents.delete(key);
    throw error;
  }
}

async function askUserAgent(options: StartOptions): Promise<string> {
  const { chromium } = await import('playwright');
  const browser = await chromium.launch(startOptions(options));
  try {
    const page = await browser.newPage();
    return String(await page.evaluate('navigator.userAgent'));
  } finally {
    await browser.close();
  }
}
