import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  ConfigError,
  type EndpointConfig,
  parseWatchFile,
  watchDefinition,
  watchWarnings,
} from '../../src/config/index.js';
import type { WatchConfig } from '../../src/config/types.js';

const openai = { kind: 'openai', base_url: 'https://b.example.org/v1', model: 'm' };

function watch(listed: object, more: object = {}): WatchConfig {
  const text = stringify({
    version: 1,
    watches: [{ id: 'w', schedule: '0 1 * * *', listed, released: openai, ...more }],
  });
  const [config] = parseWatchFile(text, '/etc/tw/twinwatch.yaml', null).watches;
  if (!config) throw new Error('no watch');
  return config;
}

/** key → reason, for the listed side. */
function problems(listed: object, more: object = {}): Record<string, string> {
  try {
    watch(listed, more);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const short = (key: string): string => key.replace('watches[0].', '').replace('listed.', '');
    return Object.fromEntries(error.problems.map(({ key, reason }) => [short(key), reason]));
  }
  return {};
}

describe('a kind of endpoint', () => {
  test.each<[string, object, Partial<EndpointConfig>]>([
    ['openai-responses', {}, { baseUrl: 'https://api.openai.com/v1' }],
    ['anthropic', { params: { max_tokens: 100 } }, { baseUrl: 'https://api.anthropic.com/v1' }],
    ['gemini', {}, { baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai' }],
    [
      'openrouter',
      { provider: 'deepinfra/fp8' },
      { baseUrl: 'https://openrouter.ai/api/v1', provider: { slug: 'deepinfra/fp8', name: null } },
    ],
  ])('%s knows where its API is, and can be told another place', (kind, more, expected) => {
    expect(watch({ kind, model: 'm', ...more }).listed).toMatchObject({ kind, stream: true, ...expected });
    const elsewhere = watch({ kind, model: 'm', base_url: 'http://127.0.0.1:9/x/', ...more }).listed;
    expect(elsewhere).toMatchObject({ ...expected, baseUrl: 'http://127.0.0.1:9/x' });
  });

  test('has the settings of its API', () => {
    const { listed } = watch({
      kind: 'anthropic',
      model: 'm',
      params: { max_tokens: 3000, thinking_budget: 2000, top_p: 0.9, stop: ['END'] },
      extra_body: { top_k: 40 },
    });
    expect(listed).toMatchObject({
      params: { maxTokens: 3000, thinkingBudget: 2000, topP: 0.9, stop: ['END'] },
    });
    const router = watch({
      kind: 'openrouter',
      model: 'm',
      provider: 'google-vertex',
      provider_name: 'Google',
      top_logprobs: 5,
    }).listed;
    expect(router).toMatchObject({ provider: { slug: 'google-vertex', name: 'Google' }, topLogprobs: 5 });
  });

  test.each([
    [{}, 'max_tokens'],
    [{ reasoning_effort: 'low' }, 'max_completion_tokens'],
    [{ reasoning_effort: 'low', max_tokens_field: 'max_tokens' }, 'max_tokens'],
    [{ max_tokens_field: 'max_completion_tokens' }, 'max_completion_tokens'],
    [{ max_tokens_field: 'auto' }, 'max_tokens'],
  ])('with %j sends the limit as %s', (params, expected) => {
    expect(watch({ ...openai, params }).listed).toMatchObject({ params: { maxTokensField: expected } });
  });

  test.each<[string, object, Record<string, string | RegExp>]>([
    [
      'no such kind',
      { kind: 'opanai' },
      { kind: /^must be one of openai, openai-responses, anthropic, gemini, openrouter, recorded/ },
    ],
    ['no kind', { model: 'm' }, { kind: /^must be one of openai/ }],
    ['no provider', { kind: 'openrouter', model: 'm' }, { provider: 'is missing' }],
    ['no limit', { kind: 'anthropic', model: 'm' }, { 'params.max_tokens': /this API wants a limit/ }],
    [
      'too much thinking',
      { kind: 'anthropic', model: 'm', params: { max_tokens: 2000, thinking_budget: 2000 } },
      { 'params.thinking_budget': /below max_tokens/ },
    ],
    [
      'thinking with a temperature',
      {
        kind: 'anthropic',
        model: 'm',
        params: { max_tokens: 3000, thinking_budget: 2000, temperature: 0.5 },
      },
      { 'params.temperature': /left out where thinking_budget is set/ },
    ],
    [
      'too hot',
      { kind: 'anthropic', model: 'm', params: { max_tokens: 3000, temperature: 1.5 } },
      { 'params.temperature': /at most 1/ },
    ],
    [
      "another API's setting",
      { kind: 'openai-responses', model: 'm', params: { stop: ['x'], max_completion_tokens: 3 } },
      { 'params.stop': /unknown key/, 'params.max_completion_tokens': /unknown key/ },
    ],
    ['too many alternatives', { ...openai, top_logprobs: 21 }, { top_logprobs: 'must be at most 20' }],
    [
      'log-probabilities there are none of',
      { kind: 'gemini', model: 'm', top_logprobs: 1 },
      { top_logprobs: /unknown/ },
    ],
    [
      'its own call in the URL',
      {
        kind: 'anthropic',
        model: 'm',
        params: { max_tokens: 9 },
        base_url: 'https://a.example.org/v1/messages/',
      },
      { base_url: /must end before \/messages/ },
    ],
    ['no file', { kind: 'recorded' }, { file: 'is missing' }],
    [
      'a key for a file',
      { kind: 'recorded', file: 'a.jsonl', api_key_env: 'K' },
      { api_key_env: /unknown key/ },
    ],
  ])('with %s is refused', (_, listed, expected) => {
    const found = problems(listed);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, reason] of Object.entries(expected)) expect(found[key]).toMatch(reason);
  });

  test.each([
    ['openai', { logprobs: true }, /top_logprobs/],
    ['openai-responses', { store: true }, /nothing is stored/],
    ['openai-responses', { previous_response_id: 'x' }, /new conversation/],
    ['anthropic', { system: 'x' }, /params\.system/],
    ['openrouter', { provider: {} }, /set provider/],
    ['openrouter', { models: ['a'] }, /compares one model/],
    ['gemini', { extra_body: { google: { seed: 1 } } }, /drawn afresh/],
    ['anthropic', { top_k: 1 }, /drawn afresh/],
  ])('%s does not take %j in extra_body', (kind, body, reason) => {
    const more = { params: { max_tokens: 9 }, ...(kind === 'openrouter' ? { provider: 'x' } : {}) };
    const base = kind === 'openai' ? { base_url: openai.base_url } : {};
    const found = problems({ kind, model: 'm', ...base, ...more, extra_body: body });
    expect(Object.values(found)).toEqual([expect.stringMatching(reason)]);
  });

  test.each(['openai', 'openai-responses', 'anthropic', 'gemini', 'openrouter'])(
    '%s never takes temperature 0 or a seed',
    (kind) => {
      const base = { kind, model: 'm', base_url: 'https://a.example.org/v1' };
      const more = kind === 'openrouter' ? { provider: 'x' } : {};
      const found = problems({ ...base, ...more, params: { max_tokens: 9, temperature: 0, seed: 1 } });
      expect(found['params.temperature']).toMatch(/above 0.*drawn afresh/);
      expect(found['params.seed']).toMatch(/drawn afresh/);
    },
  );
});

describe('a recorded side', () => {
  const recorded = { kind: 'recorded', file: '../answers.jsonl.gz' };

  test('stands beside the watch file, brings the prompts, and states no limit', () => {
    const config = watch(recorded);
    expect(config).toMatchObject({
      listed: { kind: 'recorded', path: '/etc/answers.jsonl.gz', model: 'answers.jsonl.gz' },
      suites: [],
      compareLength: 4000,
    });
    expect(watch({ ...recorded, model: 'Model X' }).claim).toContain('Model X');
    const limited = watch(recorded, { released: { ...openai, params: { max_tokens: 50 } } });
    expect(limited.compareLength).toBe(100);
    expect(watchWarnings(limited)).toEqual([
      "w: the listed side's answers were given before; whatever changed since can make the sides distinguishable",
    ]);
  });

  test('leaves no room for other prompts', () => {
    expect(problems(recorded, { suites: ['arena-chat'] })).toEqual({
      suites: 'must be left out: the prompts are those of the recorded answers',
    });
  });

  test('is defined without the folder that it stands in', () => {
    expect(watchDefinition(watch(recorded))).toMatchObject({
      listed: { kind: 'recorded', model: 'answers.jsonl.gz', file: 'answers.jsonl.gz' },
      suites: [],
    });
  });
});

describe('the definition', () => {
  test('holds what a setting that is used adds, and nothing of one that is not', () => {
    const plain = watchDefinition(watch(openai));
    expect(JSON.stringify(plain)).not.toContain('null');
    const more = { ...openai, top_logprobs: 3, params: { reasoning_effort: 'low' } };
    expect(watchDefinition(watch(more))).toMatchObject({
      listed: { topLogprobs: 3, params: { reasoningEffort: 'low', maxTokensField: 'max_completion_tokens' } },
    });
    const router = { kind: 'openrouter', model: 'm', provider: 'x' };
    const other = { ...router, provider: 'y' };
    expect(watchDefinition(watch(router))).not.toEqual(watchDefinition(watch(other)));
  });

  test('counts no thinking into the length that is compared', () => {
    const params = { max_tokens: 3000, thinking_budget: 2000 };
    expect(watch({ kind: 'anthropic', model: 'm', params }).compareLength).toBe(2000);
  });
});
