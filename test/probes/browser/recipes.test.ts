import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { browserKind } from '../../../src/config/endpoints/browser.js';
import {
  loadSiteRecipe,
  parseSiteRecipe,
  siteRecipeHash,
} from '../../../src/config/endpoints/load-recipe.js';
import { matchesUrl, selectorFor, urlFor } from '../../../src/probes/browser/selectors.js';
import { streamText } from '../../../src/probes/browser/stream-text.js';
import { formRecipe } from './_endpoint.js';

function problems(change: object): string {
  try {
    parseSiteRecipe(stringify({ ...formRecipe, ...change }), 'mine.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the recipe was taken');
}

describe('a recipe', () => {
  it('ships under the id that it is named by, and only the templates are unverified', () => {
    const ids = readdirSync(new URL('../../../data/sites', import.meta.url)).map((name) =>
      name.replace('.yaml', ''),
    );
    const recipes = ids.map((id) => loadSiteRecipe({ kind: 'builtin', id }));
    expect(recipes.map(({ id }) => id)).toEqual(ids);
    expect(recipes.filter(({ verified }) => !verified).map(({ id }) => id)).toEqual([
      'hosted-arena-direct',
      'open-webui',
    ]);
    expect(() => loadSiteRecipe({ kind: 'builtin', id: 'nowhere' })).toThrow(
      'no built-in site called nowhere',
    );
  });
  it.each<[object, RegExp]>([
    [{ promt: 'x' }, /mine\.yaml:\d+:1 promt: is an unknown key: did you mean prompt\?/],
    [{ prompt: undefined }, /prompt: is missing/],
    [
      { pick_model: [{ click: '#a', press: { selector: '#b', key: 'x' } }] },
      /pick_model\[0\]: must hold one action/,
    ],
    [{ pick_model: [{ clik: '#a' }] }, /pick_model\[0\]\.clik: is an unknown key/],
    [{ complete: {} }, /complete: must hold at least one of/],
    [{ complete: { stable: '1' } }, /complete\.stable: must be a duration/],
    [{ answer: { format: 'network' } }, /answer\.stream: is missing: the format is network/],
    [{ answer: { format: 'html' } }, /answer\.selector: is missing: the format is html/],
    [
      { answer: { format: 'network', stream: { url: '*', pointers: ['x'] } } },
      /pointers\[0\]: must be a JSON pointer/,
    ],
    [{ answer: { format: 'network', stream: { url: '*' } } }, /pointers: is missing/],
    [{ send: { click: 'a', press: 'Enter' } }, /send: must hold click or press/],
    [{ start: 'ftp://x' }, /start: must be an address/],
    [{ start: 'https://me:key@x.example/' }, /start: must be an address/],
  ])('that is wrong is refused with place and reason: %j', (change, message) => {
    expect(problems(change)).toMatch(message);
  });
  it('is not YAML at all', () => {
    expect(() => parseSiteRecipe('a: [', 'mine.yaml')).toThrow(/^mine\.yaml:1:\d+: is not YAML/);
  });
  it('has a hash of what it reads, not of its names and pace', () => {
    const hash = (change: object): string =>
      siteRecipeHash(parseSiteRecipe(stringify({ ...formRecipe, ...change }), 'x'));
    expect(hash({ title: 'Other', min_interval: '90s', verified: true })).toBe(hash({}));
    expect(hash({ answer: { selector: '.assistant', format: 'html' } })).not.toBe(hash({}));
  });
});

describe('a browser endpoint in a watch file', () => {
  const least = { kind: 'browser', site: 'plain-chat', model: 'm', contact: 'ops@example.org' };
  it('needs a contact and little else', () => {
    expect(browserKind.parse(least)).toMatchObject({
      site: { kind: 'builtin', id: 'plain-chat' },
      headless: true,
      termsReviewed: false,
    });
    expect(browserKind.parse({ ...least, site: './my/site.yaml' })).toMatchObject({
      site: { kind: 'file', path: './my/site.yaml' },
    });
  });
  it('keeps every setting', () => {
    const set = {
      headless: false,
      sandbox: false,
      terms_reviewed: true,
      profile: 'cookies',
      min_interval: '1m',
    };
    const times = { total_timeout: '10m', answer_timeout: '4m' };
    expect(browserKind.parse({ ...least, ...set, ...times, url: 'http://127.0.0.1/#{model}' })).toMatchObject(
      {
        headless: false,
        sandbox: false,
        termsReviewed: true,
        profile: 'cookies',
        minIntervalMs: 60_000,
        totalTimeoutMs: 600_000,
        answerTimeoutMs: 240_000,
        url: 'http://127.0.0.1/#{model}',
      },
    );
  });
  it.each([
    { contact: undefined },
    { contact: 'a\nb' },
    { contact: 'né' },
    { site: 'My Site' },
    { min_interval: '-1s' },
    { headles: true },
  ])('is refused with %j', (change) => {
    expect(browserKind.safeParse({ ...least, ...change }).success).toBe(false);
  });
});

describe("the model's name", () => {
  it('is put into addresses and selectors as what it is', () => {
    expect(urlFor('http://x/?m={model}#{model}', 'a/b "c"&d')).toBe(
      'http://x/?m=a%2Fb%20%22c%22%26d#a%2Fb%20%22c%22%26d',
    );
    expect(selectorFor('role=option[name="{model}"]', 'a "b" \\ $&')).toBe(
      'role=option[name="a \\"b\\" \\\\ $&"]',
    );
  });
});

describe('a pattern of addresses', () => {
  it('matches whole addresses, and nothing in it but * is special', () => {
    expect(matchesUrl('https://x.example/login?a=1', '*/login*')).toBe(true);
    expect(matchesUrl('https://x.example/', 'https://x.example')).toBe(false);
    expect(matchesUrl('https://xaexample/', 'https://x.example/')).toBe(false);
    expect(matchesUrl('https://x.example/a?b', '*a?b')).toBe(true);
  });
});

describe('the text of a stream', () => {
  const spec = {
    url: '*',
    as: 'sse',
    pointers: ['/choices/0/delta/content'],
    mode: 'append',
    end: '[DONE]',
  } as const;
  const event = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`;
  it('is put together from its events, whatever their line ends, up to the one that ends it', () => {
    const body = `: hi\r\n\r\n${event('Hé')}\r\n\r\nevent: ping\n\n${event(' 😀')}\n\ndata: {"choices":[]}\n\ndata: [DONE]\n\n${event('no')}\n\n`;
    expect(streamText(body, spec)).toEqual({ text: 'Hé 😀', ended: true });
  });
  it('is not complete without that, and an event that was broken off does not count', () => {
    expect(streamText(`${event('a')}\n\n${event('b')}`, spec)).toEqual({ text: 'a', ended: false });
  });
  it('is what the newest event says where each brings the whole', () => {
    const whole = { ...spec, as: 'jsonl', pointers: ['/x/a~1b', '/y'], mode: 'replace', end: null } as const;
    expect(streamText('{"x":{"a/b":"one"}}\n{"y":"one two"}\n{"z":1}\n', whole)).toEqual({
      text: 'one two',
      ended: false,
    });
  });
  it('can be plain, or one JSON value', () => {
    expect(streamText('as it is', { ...spec, as: 'text' })).toEqual({ text: 'as it is', ended: false });
    expect(streamText('{"choices":[{"delta":{"content":"x"}}]}', { ...spec, as: 'json' })).toEqual({
      text: 'x',
      ended: false,
    });
    expect(streamText('oops', { ...spec, as: 'json' })).toMatch(/is not JSON/);
  });
  it('finds nothing in what is only inherited', () => {
    expect(streamText('{}', { ...spec, as: 'json', pointers: ['/constructor/name'] })).toEqual({
      text: '',
      ended: false,
    });
  });
});
