import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../../src/core/index.js';
import { recordedRecipe, recordSite } from '../../../src/probes/browser/record.js';
import { temporaryFolders } from '../../_util/folder.js';
import { launchShared, testSites } from './_endpoint.js';
import { type Sites, startSites } from './_sites.js';

const newFolder = temporaryFolders();
let browser: Browser;
let sites: Sites;

beforeAll(async () => {
  browser = await launchShared();
  sites = await startSites();
});
afterAll(async () => {
  await browser.close();
  await sites.close();
});

/** Shows a page's parts as a person would, and gives the recipe's YAML. */
async function show(
  url: string,
  act: (page: Page, said: (step: string) => Promise<void>) => Promise<void>,
): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  let told = '';
  const recording = recordSite(context, url, (line) => {
    told = line;
  });
  try {
    await Promise.race([recording, act(page, (step) => expect.poll(() => told).toContain(step))]);
    return recordedRecipe(await recording, 'mine', url);
  } finally {
    await Promise.allSettled([recording, context.close()]);
  }
}

const byForm = async (page: Page, said: (step: string) => Promise<void>): Promise<void> => {
  await said('Click into the box');
  // What is no text box is not what was asked for.
  await page.mouse.click(700, 500);
  await page.getByRole('textbox').click();
  await said('Write a short prompt');
  await page.mouse.click(700, 500);
  await page.getByRole('textbox').fill('Say something');
  await page.getByRole('button', { name: 'Send' }).click();
  await said('click on its text');
  await page.getByText('Say something', { exact: true }).click();
  await page.getByText('The end.').click();
};

const inFrame = async (page: Page, said: (step: string) => Promise<void>): Promise<void> => {
  const frame = page.frameLocator('#app');
  await said('Click into the box');
  await frame.getByRole('textbox').click();
  await said('Write a short prompt');
  await frame.getByRole('textbox').pressSequentially('Say something');
  await frame.getByRole('textbox').press('Enter');
  await said('click on its text');
  await frame.getByText('slanted').click();
};

const message = 'role=textbox[name="Message"]';
const form = { prompt: message, send: { click: 'role=button[name="Send"]' }, complete: { stable: '1s' } };

it.each<[string, typeof byForm, object]>([
  ['plain', byForm, { ...form, answer: { selector: '.assistant', which: 'last', format: 'markdown' } }],
  [
    'other',
    inFrame,
    {
      frame: 'iframe[id="app"]',
      prompt: 'role=textbox[name="Say something"]',
      send: { press: 'Enter' },
      answer: { selector: 'article', which: 'last', format: 'html' },
    },
  ],
  [
    'gradio',
    async (page, said) => {
      await said('Click into the box');
      await page.getByTestId('textbox').click();
      await said('Write a short prompt');
      await page.getByTestId('textbox').fill('Say something');
      await page.getByRole('button', { name: 'Send' }).click();
      await said('click on its text');
      await page.getByText('The end.').click();
    },
    {
      prompt: '[data-testid="textbox"]',
      send: { click: 'role=button[name="Send"]' },
      answer: { selector: '[data-testid="bot"] .message-content' },
    },
  ],
])('what a person shows on the page "%s" is a recipe that works', async (name, act, expected) => {
  const url = `${sites.url}/${name}`;
  const text = await show(url, act);
  expect(parse(text)).toMatchObject(expected);
  expect(parse(text)).toMatchObject({ complete: { network: `${sites.url}/chat*` }, start: url });
  const endpoint = testSites(browser, newFolder(), systemClock).endpoint(parse(text) as object, url);
  const { outcome } = await endpoint.ask('Another prompt', new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'answer' });
  expect(outcome).toHaveProperty('text', expect.stringContaining('Another prompt'));
  expect(outcome).toHaveProperty('text', expect.stringContaining('The end.'));
});

it('says so when the window is closed too early', async () => {
  const closing = show(`${sites.url}/plain`, async (page, said) => {
    await said('Click into the box');
    await page.close();
  });
  await expect(closing).rejects.toThrow('before everything was shown');
});
