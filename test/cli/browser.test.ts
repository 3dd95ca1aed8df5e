import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/program.js';
import { temporaryFolders } from '../_util/folder.js';
import { chromiumPath } from '../probes/browser/_endpoint.js';
import { type Sites, startSites } from '../probes/browser/_sites.js';

const newFolder = temporaryFolders();
let sites: Sites;
let shown = '';

beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs a command in a folder of its own, and keeps what it shows. */
async function inFolder(args: readonly string[]): Promise<{ code: Promise<number>; folder: string }> {
  const folder = newFolder();
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  shown = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      shown += String(chunk);
      return true;
    });
  }
  return { code: run(['browser', ...args]), folder };
}

/** A Chromium whose window nobody can see, where there is no display. */
async function windowless(more = ''): Promise<void> {
  const path = join(newFolder(), 'chromium');
  writeFileSync(path, `#!/bin/sh\nexec ${await chromiumPath()} --ozone-platform=headless ${more} "$@"\n`);
  chmodSync(path, 0o755);
  vi.stubEnv('CHROMIUM_PATH', path);
  vi.stubEnv('DISPLAY', ':99');
}

describe('twinwatch browser', () => {
  it('test asks once and shows each step, the answer and what was kept', async () => {
    const { code, folder } = await inFolder([
      'test',
      'plain-chat',
      '--url',
      `${sites.url}/plain`,
      '--model',
      'm',
      '--prompt',
      'Hi',
      '--contact',
      'tests@example.org',
    ]);
    expect([await code, shown]).toEqual([0, expect.anything()]);
    expect(shown).toMatch(
      /open http.*\n.*write the prompt into.*\n[\s\S]*The answer, after [\d.]+ s:\nsmall on Hi: # Title/,
    );
    expect(readdirSync(join(folder, 'browser/evidence'))).toHaveLength(2);
    // It says who visits, and keeps what the site leaves in the browser.
    expect(sites.asked[0]?.agent).toMatch(/^Mozilla\/5\.0 .*Chrome\/.* Twinwatch \(tests@example\.org\)$/);
    expect(existsSync(join(folder, 'browser/profiles/plain-chat/Default'))).toBe(true);
  });
  it('test says why there is no answer', async () => {
    const { code } = await inFolder([
      'test',
      'plain-chat',
      '--url',
      `${sites.url}/blocked`,
      '--model',
      'm',
      '--prompt',
      'Hi',
    ]);
    expect(await code).toBe(1);
    expect(shown).toContain('challenge, before the prompt was sent: the site refused the visit (HTTP 403)');
  });
  it('test shows a window where it is asked to, and goes where its user has read the terms', async () => {
    await windowless();
    const recipe = join(newFolder(), 'terms.yaml');
    const plain = readFileSync(new URL('../../data/sites/plain-chat.yaml', import.meta.url), 'utf8');
    writeFileSync(recipe, `${plain}terms_url: https://arena.example/terms\n`);
    const args = [
      'test',
      recipe,
      '--url',
      `${sites.url}/plain`,
      '--model',
      'm',
      '--prompt',
      'Hi',
      '--window',
    ];
    expect(await (await inFolder(args)).code).toBe(2);
    expect(shown).toContain('terms_reviewed');
    expect(await (await inFolder([...args, '--terms-reviewed'])).code).toBe(0);
    expect(shown).toContain('small on Hi');
  });
  it('login opens a window, and a stopped site may be asked again once it is closed', async () => {
    await windowless();
    const { code, folder } = await inFolder(['login', 'plain-chat', '--url', `${sites.url}/login`]);
    const profile = join(folder, 'browser/profiles/plain-chat');
    mkdirSync(profile, { recursive: true });
    writeFileSync(join(profile, 'twinwatch-stopped.json'), '{"reason":"a challenge"}');
    await vi.waitUntil(() => sites.opened.includes('/login'), { timeout: 30_000 });
    // What closing the last window does.
    process.kill(Number(readlinkSync(join(profile, 'SingletonLock')).split('-').at(-1)), 'SIGTERM');
    expect([await code, shown]).toEqual([0, expect.anything()]);
    expect(shown).toContain('plain-chat may be asked again');
    expect(existsSync(join(profile, 'twinwatch-stopped.json'))).toBe(false);
  });
  it('record writes a recipe from what a person shows, and tries it', async () => {
    await windowless('--remote-debugging-port=0');
    const file = join(newFolder(), 'mine.yaml');
    const { code, folder } = await inFolder(['record', `${sites.url}/plain`, '-o', file]);
    const portFile = join(folder, 'browser/profiles/127-0-0-1/DevToolsActivePort');
    await vi.waitUntil(() => shown.includes('Click into the box'), { timeout: 30_000 });
    // The person is another program on the same browser.
    const person = await chromium.connectOverCDP(
      `http://127.0.0.1:${readFileSync(portFile, 'utf8').split('\n')[0]}`,
    );
    const page = person.contexts()[0]!.pages()[0]!;
    await page.getByRole('textbox').click();
    await vi.waitUntil(() => shown.includes('Write a short prompt'));
    await page.getByRole('textbox').fill('Tell me');
    await page.getByRole('button', { name: 'Send' }).click();
    await vi.waitUntil(() => shown.includes('click on its text'));
    // The window may be closed before the click has come to its end.
    await page
      .getByText('The end.')
      .click()
      .catch(() => {});
    expect([await code, shown]).toEqual([0, expect.anything()]);
    expect(shown).toMatch(/Wrote .*mine\.yaml[\s\S]*The answer, after [\d.]+ s:\nsmall on Tell me:/);
    expect(readFileSync(file, 'utf8')).toContain('selector: .assistant');
  });
  it.each([
    ['login', 'plain-chat'],
    ['record', 'http://127.0.0.1:9/'],
  ])('%s needs a display', async (...args) => {
    vi.stubEnv('DISPLAY', '');
    vi.stubEnv('WAYLAND_DISPLAY', '');
    const { code } = await inFolder(args);
    expect(await code).toBe(2);
    expect(shown).toContain('there is no display to open a window on');
  });
  it('names what is wrong with a site', async () => {
    const { code } = await inFolder(['test', 'nowhere', '--model', 'm', '--prompt', 'Hi']);
    expect(await code).toBe(2);
    expect(shown).toContain('no built-in site called nowhere');
  });
});
