import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatRequest } from '../../src/alerts/channels/chat/chat.js';
import {
  type AlertContent,
  type AlertContentInput,
  alertContent,
  createSender,
  deliveriesFor,
  testContent,
} from '../../src/alerts/index.js';
import type { ChatTarget } from '../../src/config/index.js';
import { systemClock } from '../../src/core/index.js';
import { startWebhookSink, type WebhookSink } from '../_util/webhook-sink.js';
import { watchConfig } from '../jobs/_world.js';
import { exampleInput, hostileInput } from './example.js';
import { everyMessage, LINK, message } from './messages.js';

const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean() });
const mrkdwn = z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3000) });
const bytes = (max: number) => (text: string) => Buffer.byteLength(text) <= max;
const run = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.enum(['default', 'small', 'medium', 'large', 'extraLarge']).optional(),
  weight: z.enum(['default', 'lighter', 'bolder']).optional(),
});
const card = z.strictObject({
  $schema: z.url(),
  type: z.literal('AdaptiveCard'),
  version: z.literal('1.2'),
  fallbackText: z.string(),
  body: z.array(
    z.strictObject({
      type: z.literal('RichTextBlock'),
      spacing: z.enum(['small', 'medium']),
      inlines: z.array(run).min(1),
    }),
  ),
  actions: z
    .tuple([
      z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string().min(1), url: z.literal(LINK) }),
    ])
    .optional(),
  msteams: z.strictObject({ width: z.literal('Full') }),
});

/** What each service takes, by its public documentation: no other key, and its limits of length. */
const schemas = {
  slack: z.strictObject({
    text: z.string().min(1).max(40_000),
    blocks: z
      .array(
        z.union([
          z.strictObject({ type: z.literal('header'), text: plain(150) }),
          z.strictObject({ type: z.literal('section'), text: z.union([plain(3000), mrkdwn]) }),
        ]),
      )
      .max(50),
    unfurl_links: z.literal(false),
    unfurl_media: z.literal(false),
  }),
  discord: z.strictObject({
    embeds: z
      .array(
        z
          .strictObject({
            title: z.string().min(1).max(256),
            url: z.literal(LINK).optional(),
            description: z.string().min(1).max(4096),
            fields: z
              .array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
              .max(25),
          })
          .refine(({ title, description, fields }) => {
            const values = fields.flatMap(({ name, value }) => [name, value]);
            return [title, description, ...values].join('').length <= 6000;
          }),
      )
      .length(1),
    allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
  }),
  teams: z.strictObject({
    type: z.literal('message'),
    attachments: z.tuple([
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: card,
      }),
    ]),
  }),
  mattermost: z.strictObject({ text: z.string().min(1).max(4000) }),
  telegram: z.strictObject({
    chat_id: z.literal('-1001'),
    text: z.string().min(1).max(4096),
    entities: z
      .array(z.strictObject({ type: z.literal('bold'), offset: z.int().min(0), length: z.int().min(1) }))
      .max(100),
    link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
  }),
  ntfy: z.strictObject({
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
    title: z.string().min(1),
    message: z.string().min(1).refine(bytes(4096)),
    priority: z.int().min(1).max(5),
    click: z.literal(LINK).optional(),
  }),
  pagerduty: z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.enum(['trigger', 'resolve']),
    dedup_key: z.string().min(1).max(255),
    client: z.string(),
    links: z.tuple([z.strictObject({ href: z.literal(LINK), text: z.string() })]).optional(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      class: z.string(),
      custom_details: z.record(z.string(), z.string()),
    }),
  }),
  apprise: z.strictObject({
    title: z.string().min(1),
    body: z.string().min(1).max(4000),
    type: z.enum(['info', 'success', 'warning', 'failure']),
    format: z.enum(['text', 'markdown', 'html']),
    tag: z.string(),
  }),
} as const;

const kinds = Object.keys(schemas) as (keyof typeof schemas)[];
let sink: WebhookSink;
let answer: { status: number; body: string };

beforeEach(async () => {
  answer = { status: 200, body: 'ok' };
  sink = await startWebhookSink((response) => response.writeHead(answer.status).end(answer.body));
});

afterEach(() => sink.close());

function secrets(): Record<string, string> {
  return { URL: sink.url, TOKEN: '123:bot-token', TOPIC: 'secret-topic', KEY: 'k'.repeat(32) };
}

function targetOf(kind: ChatTarget['kind']): ChatTarget {
  const server = new URL(sink.url).origin;
  const allowPrivateNetworks = true;
  switch (kind) {
    case 'telegram':
      return { kind, server, tokenEnv: 'TOKEN', chatId: '-1001', allowPrivateNetworks };
    case 'ntfy':
      return { kind, server, topicEnv: 'TOPIC', tokenEnv: 'TOKEN', allowPrivateNetworks };
    case 'pagerduty':
      return { kind, server, routingKeyEnv: 'KEY', allowPrivateNetworks };
    case 'apprise':
      return { kind, urlEnv: 'URL', tag: 'desk', allowPrivateNetworks };
    default:
      return { kind, urlEnv: 'URL', allowPrivateNetworks };
  }
}

async function send(kind: ChatTarget['kind'], content = alertContent(exampleInput())) {
  const env = { secret: (name: string) => secrets()[name] ?? null };
  const sender = createSender({ env, smtp: null, clock: systemClock, print: () => undefined });
  const [delivery] = deliveriesFor(content, [targetOf(kind)]);
  const result = await sender.send(delivery!, new AbortController().signal);
  const body = sink.received.at(-1)?.body ?? '';
  return { result, body, headers: sink.received.at(-1)?.headers };
}

function requestOf(kind: ChatTarget['kind'], content: AlertContent) {
  return chatRequest(content, targetOf(kind), (name) => secrets()[name] ?? '');
}

/** Every text of a payload and every name of a field, joined. */
function texts(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flat().map(texts).join('\n')
    : '';
}

const attack =
  '@everyone <!channel> <@U1> <b>x</b> [y](https://evil.example) www.evil.example *z* `q` \u202e\0';

function withAttack(): AlertContentInput {
  const input = hostileInput();
  const findings = input.report.findings.map((one) => ({ ...one, sentence: `${attack} ${one.sentence}` }));
  const words = input.report.words.map((one) => ({ ...one, word: attack }));
  const watch = {
    id: attack,
    title: `${attack} ${input.watch.title}`,
    claim: `${attack} ${'long '.repeat(200)}`,
  };
  return { ...input, watch, report: { ...input.report, findings, words } };
}

describe.each(kinds)('%s', (kind) => {
  it('gets a payload of its own format that says everything', async () => {
    const { result, body } = await send(kind);
    expect(result).toEqual({ kind: 'sent', detail: 'HTTP 200' });
    const payload = schemas[kind].parse(JSON.parse(body));
    expect(payload).toMatchSnapshot();
    const said = texts(payload).replaceAll(/[\u200b\\]/g, '');
    for (const part of [
      'The model listed on the arena is the model that was released.',
      'maverick-experimental at arena.example',
      '2.9 times as long',
      'at most 1 in 1,000 such watches would ever show this by chance',
      'It is not an accusation.',
      'evidence log up to entry 1,234',
    ]) {
      expect(said).toContain(part);
    }
  });

  it('gets hostile text neither as markup, mention or link nor beyond its limits', async () => {
    const { result, body } = await send(kind, alertContent(withAttack()));
    expect(result.kind).toBe('sent');
    const payload = schemas[kind].parse(JSON.parse(body));
    const { $schema: _, ...rest } = payload as Record<string, unknown>;
    const said = texts(rest).replace('http://adaptivecards.io/schemas/adaptive-card.json', '');
    expect(said).not.toMatch(/@(everyone|here|U1)|<[!@#/a-z]|:\/\/|www\.evil|\u202e|\0/);
    expect(said).toContain('It is not an accusation.');
    expect(said.replaceAll('\\', '')).toContain('by chance');
    if (kind === 'discord' || kind === 'mattermost') {
      const others = said.replaceAll('**', '');
      expect(others).not.toMatch(/(?<!\\)[*`[\]]/);
    }
  });

  it('gets each kind of message of each kind of incident, hostile or not, within its limits', () => {
    for (const { name, notice, content, said } of [...everyMessage(false), ...everyMessage(true)]) {
      const payload = schemas[kind].parse(requestOf(kind, content).body);
      const whole = texts(payload).replaceAll(/[\u200b\\]/g, '');
      const has = (part: string) => expect(whole, name).toContain(part);
      has(LINK);
      has(`Incident ${content.incident.id}, opened`);
      has('What it does not mean');
      has('How sure this is');
      if (said !== null) has(`Words of ${notice}.`);
      if (notice === 'retracted') has('should not have been sent. Please do not rely on it');
      const { $schema: _, ...rest } = payload as Record<string, unknown>;
      const own = texts(rest)
        .replaceAll(LINK, '')
        .replace('http://adaptivecards.io/schemas/adaptive-card.json', '');
      expect(own, name).not.toMatch(/@(everyone|here|U1)|<[!@#/a-z]|:\/\/|www\.evil|@evil|\u202e|\0/);
    }
  });

  it.each(['replied', 'retracted'] as const)('gets a message that is %s', (notice) => {
    expect(requestOf(kind, message('drift', notice).content).body).toMatchSnapshot();
  });

  it('shows no secret when it is refused or told what was sent', async () => {
    answer = { status: 400, body: `no: ${Object.values(secrets()).join(' ')} ${'x'.repeat(9000)}` };
    const { result } = await send(kind);
    expect(result).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/^HTTP 400: no: /) });
    const own = Object.entries(targetOf(kind)).flatMap(([key, name]) =>
      key.endsWith('Env') ? [secrets()[name as string] ?? ''] : [],
    );
    for (const secret of own) expect(JSON.stringify(result)).not.toContain(secret);
    answer = { status: 503, body: '' };
    expect((await send(kind)).result).toMatchObject({ kind: 'retry', reason: 'HTTP 503' });
  });

  it('is told when a message is only a test', async () => {
    const { body } = await send(kind, testContent(watchConfig(), 0));
    const said = texts(schemas[kind].parse(JSON.parse(body)));
    expect(said).toContain('TEST, please ignore');
    expect(said).toContain('There is none');
    expect(said).not.toContain('answers differ:');
  });
});

it('PagerDuty holds all messages of an incident for one alert, and resolves it when it is over', () => {
  const events = everyMessage(false).map(({ notice, content }) => {
    const { dedup_key: key, event_action: action } = schemas.pagerduty.parse(
      requestOf('pagerduty', content).body,
    );
    expect(key).toBe(content.incident.id);
    return [notice, action];
  });
  for (const [notice, action] of events) {
    expect(action).toBe(notice === 'resolved' || notice === 'retracted' ? 'resolve' : 'trigger');
  }
  const { content } = message('divergence', 'replied');
  const later = { ...content, incident: { ...content.incident, status: 'resolved' as const } };
  expect(requestOf('pagerduty', later).body).toMatchObject({ event_action: 'resolve' });
});

it('ntfy is asked with its access token', async () => {
  expect((await send('ntfy')).headers?.authorization).toBe('Bearer 123:bot-token');
});
