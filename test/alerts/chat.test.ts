import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
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
            description: z.string().min(1).max(4096),
            fields: z
              .array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
              .max(25),
          })
          .refine((embed) => JSON.stringify(embed).length <= 6000),
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
  }),
  pagerduty: z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('trigger'),
    dedup_key: z.string().min(1).max(255),
    client: z.string(),
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

/** Every text of a payload, joined. */
function texts(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(texts).join('\n') : '';
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
    const stable = JSON.parse(JSON.stringify(payload).replace(/-pagerduty-[0-9a-f]{32}"/, '-pagerduty-0"'));
    expect(stable).toMatchSnapshot();
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

it('ntfy is asked with its access token', async () => {
  expect((await send('ntfy')).headers?.authorization).toBe('Bearer 123:bot-token');
});
