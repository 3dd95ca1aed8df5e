import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { environmentFrom } from '../../src/config/env.js';
import {
  ConfigError,
  type ConfigProblem,
  loadWatchFile,
  parseWatchFile,
  type WatchFile,
  watchDefinition,
  watchFileJsonSchema,
  watchFileTemplate,
  watchWarnings,
} from '../../src/config/index.js';
import { controls } from '../_util/controls.js';

const minimal = `version: 1
watches:
  - id: one
    schedule: "0 */6 * * *"
    listed: { kind: openai, base_url: "https://arena.example.org/v1/", model: m-arena }
    released: { kind: openai, base_url: "http://127.0.0.1:8000/v1", model: m }
`;

function parse(text: string): WatchFile {
  return parseWatchFile(text, '/etc/tw/twinwatch.yaml', null);
}

function problems(text: string, variables: Record<string, string> | null = null): ConfigProblem[] {
  const env = variables === null ? null : environmentFrom(variables);
  try {
    parseWatchFile(text, 'tw.yaml', env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) expect(error.message).toContain(problem.reason);
    expect(error.message).not.toMatch(controls);
    return [...error.problems];
  }
  return [];
}

/** `line:column key` → reason. */
function report(text: string, variables: Record<string, string> | null = null): Record<string, string> {
  return Object.fromEntries(
    problems(text, variables).map((p) => [`${p.line}:${p.column} ${p.key}`.trim(), p.reason]),
  );
}

/** The minimal file with further lines in its watch or in its listed side. */
function withWatch(line: string): string {
  return `${minimal}    ${line}\n`;
}
function withListed(entry: string): string {
  return minimal.replace('model: m-arena', `model: m-arena, ${entry}`);
}

describe('a good watch file', () => {
  test('gets every default', () => {
    const endpoint = {
      kind: 'openai',
      apiKeyEnv: null,
      stream: true,
      params: {
        system: null,
        temperature: null,
        topP: null,
        maxTokens: null,
        maxTokensField: 'max_tokens',
        presencePenalty: null,
        frequencyPenalty: null,
        stop: [],
        reasoningEffort: null,
        thinkingBudget: null,
      },
      topLogprobs: null,
      provider: null,
      extraBody: {},
      price: null,
      budget: null,
      concurrency: 2,
      requestsPerMinute: null,
      firstByteTimeoutMs: 60_000,
      totalTimeoutMs: 180_000,
      maxRetries: 3,
    };
    expect(parse(minimal)).toEqual({
      path: '/etc/tw/twinwatch.yaml',
      version: 1,
      store: { kind: 'sqlite', path: '/etc/tw/twinwatch.db' },
      evidence: { keyFile: '/etc/tw/twinwatch.db.key', origin: null, witnesses: [] },
      smtp: null,
      web: null,
      watches: [
        {
          id: 'one',
          title: 'one',
          claim: 'The listed model m-arena is the released model m.',
          listed: { ...endpoint, baseUrl: 'https://arena.example.org/v1', model: 'm-arena' },
          released: { ...endpoint, baseUrl: 'http://127.0.0.1:8000/v1', model: 'm' },
          suites: [{ kind: 'builtin', id: 'arena-chat' }],
          schedule: { cron: '0 */6 * * *', timezone: 'UTC', jitterMs: 0 },
          canary: null,
          trialsPerRound: 10,
          releasedPerTrial: 1,
          alpha: 0.001,
          compareLength: 4000,
          windowMs: 600_000,
          retentionMs: null,
          transportControl: null,
          alerts: [{ kind: 'console' }],
          incidents: {
            kinds: ['divergence', 'unreadable', 'budget'],
            minSeverity: 'trace',
            embargoMs: null,
            unreadableAfterMs: 24 * 3_600_000,
          },
        },
      ],
    });
  });

  test('reads what opens incidents, and keeps it out of the definition of the watch', () => {
    const incidents = `    incidents: { kinds: [divergence, equivalence], min_severity: material, embargo: 3d,
      unreadable_after: 2h }\n`;
    const [watch] = parse(minimal + incidents).watches;
    const [plain] = parse(minimal).watches;
    expect(watch?.incidents).toEqual({
      kinds: ['divergence', 'equivalence'],
      minSeverity: 'material',
      embargoMs: 3 * 86_400_000,
      unreadableAfterMs: 2 * 3_600_000,
    });
    if (!watch || !plain) throw new Error('no watch');
    expect(watchDefinition(watch)).toEqual(watchDefinition(plain));
    expect(() => parse(`${minimal}    incidents: { kinds: [drift] }\n`)).toThrow(/kinds/);
  });

  test('keeps every setting, resolves paths, and makes one target of each address', () => {
    const file = parse(`
version: 1
store: ../data/answers.db
evidence: { key_file: keys/log.key, origin: example.org/log }
smtp: { host: mail.example.org, port: 465, secure: true, from: Twinwatch <tw@example.org>, user_env: U, password_env: P, dkim: { domain: example.org, selector: tw, key_file: keys/dkim.pem } }
watches:
  - id: full
    title: T
    claim: C
    listed: &side
      kind: openai
      base_url: https://a.example.org/v1
      model: m
      api_key_env: KEY
      stream: false
      params: { system: "two\\nlines", temperature: 0.7, top_p: 0.9, max_tokens: 300, presence_penalty: -1, frequency_penalty: 1, stop: [END] }
      extra_body: { provider: { order: [x], allow_fallbacks: false } }
      concurrency: 4
      requests_per_minute: 30
      first_byte_timeout: 500ms
      total_timeout: 2m
      max_retries: 0
    released: *side
    suites: [arena-chat, { file: own/suite.yaml }]
    schedule: { cron: "*/10 * * * * *", timezone: Europe/Berlin, jitter: 90s }
    trials_per_round: 3
    released_per_trial: 2
    alpha: 1e-4
    window: 1h
    retention: 30d
    alerts:
      - { kind: webhook, url: "https://hooks.example.org/x?y=z", secret_env: HOOK, previous_secret_env: OLD_HOOK }
      - { kind: slack, url_env: SLACK_URL, allow_private_networks: true }
      - { kind: telegram, token_env: BOT_TOKEN, chat_id: -1001 }
      - { kind: ntfy, topic_env: TOPIC, token_env: NTFY_TOKEN, server: "https://ntfy.example.org/" }
      - { kind: pagerduty, routing_key_env: PD }
      - { kind: apprise, url_env: APPRISE, tag: desk }
      - { kind: email, to: [a@example.org, b@example.org] }
      - { kind: email, to: c@example.org }
`);
    const [watch] = file.watches;
    expect(file.store.path).toBe('/etc/data/answers.db');
    expect(file.evidence).toEqual({
      keyFile: '/etc/tw/keys/log.key',
      origin: 'example.org/log',
      witnesses: [],
    });
    expect(file.smtp).toEqual({
      host: 'mail.example.org',
      port: 465,
      secure: true,
      from: 'Twinwatch <tw@example.org>',
      userEnv: 'U',
      passwordEnv: 'P',
      dkim: { domain: 'example.org', selector: 'tw', keyFile: '/etc/tw/keys/dkim.pem' },
    });
    expect(watch).toMatchObject({
      suites: [
        { kind: 'builtin', id: 'arena-chat' },
        { kind: 'file', path: '/etc/tw/own/suite.yaml' },
      ],
      schedule: { cron: '*/10 * * * * *', timezone: 'Europe/Berlin', jitterMs: 90_000 },
      trialsPerRound: 3,
      releasedPerTrial: 2,
      alpha: 1e-4,
      compareLength: 600,
      windowMs: 3_600_000,
      retentionMs: 2_592_000_000,
      alerts: [
        {
          kind: 'webhook',
          url: 'https://hooks.example.org/x?y=z',
          secretEnv: 'HOOK',
          previousSecretEnv: 'OLD_HOOK',
          allowPrivateNetworks: false,
        },
        { kind: 'slack', urlEnv: 'SLACK_URL', allowPrivateNetworks: true },
        { kind: 'telegram', server: 'https://api.telegram.org', tokenEnv: 'BOT_TOKEN', chatId: '-1001' },
        { kind: 'ntfy', server: 'https://ntfy.example.org', topicEnv: 'TOPIC', tokenEnv: 'NTFY_TOKEN' },
        { kind: 'pagerduty', server: 'https://events.pagerduty.com', routingKeyEnv: 'PD' },
        { kind: 'apprise', urlEnv: 'APPRISE', tag: 'desk' },
        { kind: 'email', to: 'a@example.org' },
        { kind: 'email', to: 'b@example.org' },
        { kind: 'email', to: 'c@example.org' },
      ],
    });
    expect(watch?.listed).toEqual({
      kind: 'openai',
      baseUrl: 'https://a.example.org/v1',
      model: 'm',
      apiKeyEnv: 'KEY',
      stream: false,
      params: {
        system: 'two\nlines',
        temperature: 0.7,
        topP: 0.9,
        maxTokens: 300,
        maxTokensField: 'max_tokens',
        presencePenalty: -1,
        frequencyPenalty: 1,
        stop: ['END'],
        reasoningEffort: null,
        thinkingBudget: null,
      },
      topLogprobs: null,
      provider: null,
      extraBody: { provider: { order: ['x'], allow_fallbacks: false } },
      price: null,
      budget: null,
      concurrency: 4,
      requestsPerMinute: 30,
      firstByteTimeoutMs: 500,
      totalTimeoutMs: 120_000,
      maxRetries: 0,
    });
    expect(watch?.released).toEqual(watch?.listed);
  });

  test('may have a byte order mark, CRLF, empty maps, and a total timeout under a minute', () => {
    expect(parse(`\ufeff${minimal.replaceAll('\n', '\r\n')}`)).toEqual(parse(minimal));
    const file = parse(withListed('params: , extra_body: , total_timeout: 10s'));
    expect(file.watches[0]?.listed).toMatchObject({ firstByteTimeoutMs: 10_000, extraBody: {} });
  });

  test('compares twice the smaller max_tokens', () => {
    const text = minimal
      .replace('model: m-arena', 'model: m-arena, params: { max_tokens: 500 }')
      .replace('model: m }', 'model: m, params: { max_tokens: 400 } }');
    expect(parse(text).watches[0]?.compareLength).toBe(800);
    expect(parse(withListed('params: { max_tokens: 500 }')).watches[0]?.compareLength).toBe(1000);
    expect(parse(withWatch('compare_length: 77')).watches[0]?.compareLength).toBe(77);
  });
});

describe('a bad watch file', () => {
  test('names everything at once, in the order of the file', () => {
    const text = `version: 2
stroe: x.db
watches:
  - id: Bad_Id
    listed:
      kind: openai
      baseUrl: https://a.example.org
      model: m
      api_key_env: MISSING_KEY
      params:
        temperature: 0
    released: { kind: openai, base_url: "https://b.example.org", model: m }
    schedule:
      cron: 61 * * * *
      timezone: Mars/Olympus
      jitter: soon
    alpha: high
    alerts:
      - kind: email
        to: a@example.org
      - kind: pager
`;
    expect(report(text, {})).toEqual({
      '1:10 version': 'must be 1',
      '2:1 stroe': 'is an unknown key: did you mean store?',
      '4:9 watches[0].id': 'must be lower-case letters and digits, with single hyphens between',
      '5:5 watches[0].listed.base_url': 'is missing',
      '7:7 watches[0].listed.baseUrl': 'is an unknown key: did you mean base_url?',
      '9:20 watches[0].listed.api_key_env': 'the environment variable MISSING_KEY is not set',
      '11:22 watches[0].listed.params.temperature':
        'must be above 0: at temperature 0 the answers are frozen, and every answer must be drawn afresh',
      '14:13 watches[0].schedule.cron': 'is not a cron expression: minute can\'t be "61"',
      '15:17 watches[0].schedule.timezone': 'is not a known time zone, such as UTC or Europe/Berlin',
      '16:15 watches[0].schedule.jitter': 'must be a duration such as 90s, 5m or 2h',
      '17:12 watches[0].alpha': 'must be a number',
      '19:9 watches[0].alerts[0]': 'alerts by e-mail need a mail server: set smtp at the top of the file',
      '21:15 watches[0].alerts[1].kind':
        'must be one of console, webhook, email, slack, discord, teams, mattermost, apprise, telegram, ntfy, pagerduty',
    });
    expect(() => parseWatchFile(text, 'dir/tw.yaml', null)).toThrow(
      /^dir\/tw\.yaml:1:10 version: must be 1\ndir\/tw\.yaml:2:1 stroe: /,
    );
  });

  test.each([
    ['a seed in params', withListed('params: { seed: 7 }'), /listed\.params\.seed/, /drawn afresh/],
    ['a seed in the body', withListed('extra_body: { seed: 7 }'), /extra_body\.seed/, /drawn afresh/],
    ['a nested seed', withListed('extra_body: { a: [{ seed: 7 }] }'), /body\.a\[0\]\.seed/, /drawn afresh/],
    ['greedy top_k', withListed('extra_body: { top_k: 1 }'), /extra_body\.top_k/, /drawn afresh/],
    ['a set key', withListed('extra_body: { messages: [] }'), /body\.messages/, /the program sets it/],
    [
      'a placed key',
      withListed('extra_body: { temperature: 1 }'),
      /body\.temperature/,
      /params\.temperature/,
    ],
    ['infinity', withListed('extra_body: { a: { b: .inf } }'), /extra_body\.a\.b/, /finite/],
    ['a prototype', withListed('__proto__: { a: 1 }'), /__proto__/, /unknown key/],
    ['an inline key', withListed('api_key: sk-1'), /listed\.api_key/, /name the variable with api_key_env/],
    ['ftp', minimal.replace('https:', 'ftp:'), /listed\.base_url/, /https:\/\/ or http:/],
    ['credentials', minimal.replace('https://', 'https://u:p@'), /base_url/, /user name or password/],
    ['a query', minimal.replace('/v1/', '/v1?a=b'), /base_url/, /query/],
    [
      'a full path',
      minimal.replace('/v1/', '/v1/chat/completions'),
      /base_url/,
      /before \/chat\/completions/,
    ],
    ['six stars', minimal.replace('0 */6 * * *', '* * * * * * *'), /schedule/, /5 or 6 fields, not 7/],
    ['a list as schedule', minimal.replace('"0 */6 * * *"', '[1]'), /schedule/, /expression, or a map/],
    ['a cron bomb', minimal.replace('0 */6', '1-999999999 1'), /schedule/, /out of range/],
    ['another store', `store: postgres://u@h/db\n${minimal}`, /store/, /SQLite file/],
    ['half a login', `smtp: { host: h, from: a@b, user_env: U }\n${minimal}`, /smtp/, /both/],
    ['a merge key', minimal.replace('listed: {', 'listed: { <<: {},'), /"<<"/, /merge keys/],
    ['numbers as text', minimal.replace('m-arena', '405'), /listed\.model/, /text \(put it in quotes\)/],
    ['an empty value', withWatch('alpha:'), /alpha/, /is empty/],
    ['no trials', withWatch('trials_per_round: 0'), /trials_per_round/, /at least 1/],
    ['half a trial', withWatch('trials_per_round: 1.5'), /trials_per_round/, /whole number/],
    ['a long wait', withListed('first_byte_timeout: 5m'), /first_byte/, /longer than total_timeout/],
    ['a huge window', withWatch('window: 99d'), /window/, /1s to 24h/],
    ['hardly any retention', withWatch('retention: 5m'), /retention/, /24h to 876000h/],
    ['two suites alike', withWatch('suites: [a, a]'), /suites\[1\]/, /twice/],
    [
      'two recipients',
      withWatch('alerts: [{ kind: email, to: "a@b,c@d" }]'),
      /alerts\[0\]/,
      /one e-mail address/,
    ],
    ['an empty list', 'version: 1\nwatches: []\n', /watches/, /at least 1 items/],
    ['a list', '- 1', /^$/, /map of keys/],
    ['an empty file', '# nothing\n', /^$/, /is empty/],
    ['no end of a string', 'a: "b', /^$/, /is not YAML/],
    ['tabs', 'version: 1\nwatches:\n\t- id: x\n', /^$/, /Tabs are not allowed/],
    ['two documents', `${minimal}---\na: 1\n`, /^$/, /several documents/],
    ['a tag', 'version: !!binary aGk=\n', /^$/, /tags/],
    ['a NUL byte', 'version: 1\nw: "\0"\n', /^$/, /NUL byte/],
    ['a cycle', 'version: &a [*a, *a]\n', /version\[0\]/, /holds itself/],
    ['deep nesting', `a: ${'['.repeat(100_000)}`, /^$/, /nested too deeply/],
    ['30 levels too many', `version: ${'['.repeat(60)}${']'.repeat(60)}`, /version/, /nested too deeply/],
    ['a megabyte', `# ${'x'.repeat(1024 * 1024)}`, /^$/, /1 MiB/],
  ])('%s is refused', (_name, text, key, reason) => {
    const found = problems(text);
    expect(found.filter((p) => key.test(p.key) && reason.test(p.reason))).toHaveLength(1);
    // A mistake does not bring others along.
    expect(found.length).toBeLessThanOrEqual(2);
  });

  test('repeated keys and ids are named where they are repeated', () => {
    const again = minimal.slice(minimal.indexOf('  - id'));
    expect(report(`${minimal}${again}version: 1\n`)).toEqual({
      '7:9 watches[1].id': 'is the id of an earlier watch: ids must be unique',
      '11:1 version': 'is given twice',
    });
  });

  test('an alias bomb and 90,000 unknown keys cost neither memory nor minutes', () => {
    const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const bomb = levels.map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`)}]`);
    expect(report(`a: &a [x, x]\n${bomb.join('\n')}\n`)).toEqual({
      '1:1': 'uses aliases (*name) too often; 50 are allowed',
    });
    const keys = Array.from({ length: 90_000 }, (_, i) => `k${i}:\n`).join('');
    expect(problems(keys).length).toBeGreaterThan(100);
  });

  test('no secret is printed, even in the wrong place', () => {
    for (const secret of ['sk-proj-abc123', 'gsk_abc123', 'abc 123']) {
      const text = JSON.stringify(problems(withListed(`api_key_env: "${secret}"`), {}));
      expect(text).toContain('not the secret itself');
      expect(text).not.toContain('abc');
    }
    const [problem] = problems(withListed('api_key_env: KEY'), { KEY: 'abc\n' });
    expect(problem?.reason).toBe(
      'the environment variable KEY holds a line break or another control character',
    );
  });

  test('escapes from the file never reach the terminal', () => {
    const esc = '\\e[31m\\u202e';
    for (const text of [
      minimal.replace('0 */6 * * *', `${esc} * * * *`),
      withWatch(`"${esc}": 1`),
      withWatch(`title: "${esc}"`),
      withListed(`extra_body: { "${esc}": { seed: 1 } }`),
      `\u001b[31m: [`,
    ]) {
      expect(problems(text)).not.toEqual([]);
    }
  });

  test('whatever the text, the answer is a watch file or a ConfigError', () => {
    const bits = fc.constantFrom(
      ...minimal.split(/(?<=[\s{},:])/),
      '&a ',
      '*a',
      '\t',
      '"',
      '- ',
      '[',
      '!x ',
      '\r',
      '?',
    );
    const soup = fc.array(bits, { maxLength: 60 }).map((parts) => parts.join(''));
    const cut = fc
      .tuple(fc.nat(minimal.length), fc.nat(minimal.length), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([from, to, junk]) => minimal.slice(0, from) + junk + minimal.slice(to));
    fc.assert(
      fc.property(fc.oneof(soup, cut, fc.string({ unit: 'binary' })), (text) => {
        problems(text, {});
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tw-config-'));
  const reading = (path: string): unknown => {
    try {
      return loadWatchFile(path, environmentFrom({}));
    } catch (error) {
      return error instanceof ConfigError ? error.message : error;
    }
  };

  test('a file that can be used', () => {
    const path = join(folder, 'ok.yaml');
    writeFileSync(path, minimal);
    expect(reading(path)).toMatchObject({ path, store: { path: join(folder, 'twinwatch.db') } });
  });

  test('what is no watch file says so', () => {
    const utf16 = join(folder, 'utf16.yaml');
    writeFileSync(utf16, Buffer.from(`\ufeff${minimal}`, 'utf16le'));
    const big = join(folder, 'big.yaml');
    writeFileSync(big, '#'.repeat(10_000_000));
    expect(reading(join(folder, 'none.yaml'))).toBe(
      `${join(folder, 'none.yaml')}: there is no such file; \`twinwatch init\` writes one`,
    );
    expect(reading(folder)).toBe(`${folder}: is a folder, not a file`);
    expect(reading('/dev/null')).toBe('/dev/null: is not a regular file');
    expect(reading(utf16)).toBe(`${utf16}: is not UTF-8 text`);
    expect(reading(big)).toBe(`${big}: is larger than 1 MiB`);
  });
});

describe('template and schema', () => {
  test('the template is a good watch file once its secrets are set', () => {
    const env = environmentFrom({ ARENA_API_KEY: 'x', OPENROUTER_API_KEY: 'y' });
    const file = parseWatchFile(watchFileTemplate, 'twinwatch.yaml', env);
    expect(file.watches).toHaveLength(1);
    expect(watchWarnings(file.watches[0]!)).toEqual([]);
    expect(report(watchFileTemplate, {})).toEqual({
      '40:20 watches[0].listed.api_key_env': 'the environment variable ARENA_API_KEY is not set',
      '51:20 watches[0].released.api_key_env': 'the environment variable OPENROUTER_API_KEY is not set',
    });
  });

  test('so it is with every optional line switched on', () => {
    const full = watchFileTemplate
      .replaceAll(
        /^( *)# ((?:smtp|web|canary|retention|compare_length|temperature|system|reasoning_effort|requests_per_minute|price|budget|- kind): ?.*)$/gm,
        '$1$2',
      )
      .replaceAll(
        /^( *)# {3}((?:host|port|secure|from|user_env|password_env|url|secret_env|to|public_url|trust_proxy|operator|contact): .*)$/gm,
        '$1  $2',
      );
    const file = parse(full);
    expect(file.smtp?.passwordEnv).toBe('SMTP_PASSWORD');
    expect(file.web).toMatchObject({ port: 8080, publicUrl: 'https://watch.example.org', trustProxy: true });
    expect(file.watches[0]?.alerts.map((target) => target.kind)).toEqual([
      'console',
      'webhook',
      'email',
      'email',
    ]);
    expect(file.watches[0]?.released).toHaveProperty('params.reasoningEffort', 'low');
    expect(file.watches[0]?.released).toHaveProperty('budget.moneyPerMonth', 20_000_000);
    expect(file.watches[0]?.canary).toMatchObject({ trialsPerRound: 2, suspicion: 20 });
    expect(file.watches[0]?.retentionMs).toBe(31_536_000_000);
    expect(full.match(/^ *# *[a-z_]+:/gm)).toBeNull();
  });

  test('data/twinwatch.schema.json is in step: else run `npm run data:schema`', () => {
    const stored = readFileSync(new URL('../../data/twinwatch.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(stored)).toEqual(watchFileJsonSchema());
  });
});

describe('the definition', () => {
  const [watch] = parse(minimal).watches;
  const definition = (text: string): unknown => watchDefinition(parse(text).watches[0]!);

  test('holds what is compared and promised, and no secret or folder', () => {
    expect(watchDefinition({ ...watch!, suites: [{ kind: 'file', path: '/home/me/s.yaml' }] })).toEqual({
      listed: {
        kind: 'openai',
        baseUrl: 'https://arena.example.org/v1',
        model: 'm-arena',
        stream: true,
        params: { maxTokensField: 'max_tokens', stop: [] },
        extraBody: {},
      },
      released: {
        kind: 'openai',
        baseUrl: 'http://127.0.0.1:8000/v1',
        model: 'm',
        stream: true,
        params: { maxTokensField: 'max_tokens', stop: [] },
        extraBody: {},
      },
      suites: [{ kind: 'file', name: 's.yaml' }],
      releasedPerTrial: 1,
      alpha: 0.001,
      compareLength: 4000,
    });
  });

  test('changes with these and with nothing else', () => {
    const same = [
      withListed('concurrency: 9, max_retries: 1, api_key_env: OTHER, total_timeout: 90s'),
      withWatch('title: Other'),
      withWatch('trials_per_round: 99'),
      withWatch('alerts: []'),
    ];
    const changed = [
      withListed('stream: false'),
      withListed('params: { top_p: 0.5 }'),
      withListed('extra_body: { a: 1 }'),
      withWatch('alpha: 0.01'),
      withWatch('released_per_trial: 2'),
      withWatch('suites: [other]'),
      withWatch('compare_length: 10'),
    ];
    for (const text of same) expect(definition(text)).toEqual(definition(minimal));
    for (const text of changed) expect(definition(text)).not.toEqual(definition(minimal));
  });
});

describe('warnings', () => {
  const warnings = (text: string): string[] => watchWarnings(parse(text).watches[0]!);

  test('name settings that differ, a compare length out of reach, and keys sent in the clear', () => {
    expect(warnings(minimal)).toEqual([]);
    expect(warnings(withListed('params: { temperature: 1, system: x }'))).toEqual([
      'one: params.system differs between the sides; that alone can make them distinguishable',
      'one: params.temperature differs between the sides; that alone can make them distinguishable',
    ]);
    const both = minimal.replaceAll(' }', ', api_key_env: KEY, params: { max_tokens: 100 } }');
    expect(warnings(both)).toEqual([]);
    expect(warnings(both.replace('127.0.0.1', 'b.example.org'))).toEqual([
      "one: the released side's API key is sent unencrypted (http://)",
    ]);
    expect(warnings(`${both}    compare_length: 900\n`)).toEqual([
      'one: compare_length is more than four times max_tokens; answers that reach max_tokens end before it',
    ]);
  });
});
