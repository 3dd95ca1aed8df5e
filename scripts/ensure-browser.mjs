// Makes sure that a Chromium is there for the browser tests: finds one, or installs one.
//   node scripts/ensure-browser.mjs [--print]     --print: the path, as the last line of stdout
// Says nothing and is quick when one is there; whatever it has to say goes to stderr.
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a Chromium that runs (`$CHROMIUM_PATH`, then PATH, then Playwright's own), or null. */
export async function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (await runs(named)) return named;
    say(`CHROMIUM_PATH is ${JSON.stringify(named)}, which does not run; looking elsewhere`);
  }
  for (const name of names) {
    const path = onPath(name);
    if (path !== null && (await runs(path))) return path;
  }
  const own = await playwrightsOwn();
  return own !== null && (await runs(own)) ? own : null;
}

async function ensureBrowser() {
  for (const install of [null, installWithApt, installWithPlaywright]) {
    if (install !== null && !(await install())) continue;
    const path = await findBrowser();
    if (path !== null) return path;
  }
  return null;
}

/** Whether `path` starts as a browser: some systems put a script there that only says how to install one. */
async function runs(path) {
  if (!isExecutable(path)) return false;
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 15_000 });
    return /chrom/i.test(stdout);
  } catch {
    return false;
  }
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import('playwright');
    return chromium.executablePath();
  } catch {
    return null;
  }
}

async function installWithApt() {
  if (onPath('apt-get') === null) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (asRoot.length > 0 && (onPath('sudo') === null || !run(['sudo', '-n', 'true'], 'ignore'))) return false;
  if (!inCi() && !(await agreed('No Chromium was found. Install it now with apt-get? [y/N] '))) return false;
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  say('Installing chromium with apt-get …');
  return run([...apt, 'update']) && run([...apt, 'install', '-y', '--no-install-recommends', 'chromium']);
}

async function installWithPlaywright() {
  say('Installing the Chromium that Playwright brings …');
  return run(['npx', '--no-install', 'playwright', 'install', 'chromium']);
}

function inCi() {
  return !['', '0', 'false'].includes(process.env.CI ?? '');
}

async function agreed(question) {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(question)).trim());
  } finally {
    prompt.close();
  }
}

/** Runs a program in the repository; its output goes to stderr. */
function run([program, ...args], output = 2) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return spawnSync(program, args, { cwd: root, stdio: ['ignore', output, output] }).status === 0;
}

function say(text) {
  console.error(`ensure-browser: ${text}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const path = await ensureBrowser();
  if (path === null) {
    say(
      'no Chromium was found, and none could be installed. Install one (Debian: apt-get install chromium), ' +
        'set CHROMIUM_PATH to the program, or run this with CI=1 to let it use apt-get.',
    );
    process.exitCode = 1;
  } else if (process.argv.includes('--print')) console.log(path);
}
