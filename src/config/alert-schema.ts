import { z } from 'zod';
import { emailAddress, envName, httpUrl, line } from './schema-parts.js';

/** Where alerts go. Addresses and tokens that are secret stand here as names of environment variables. */
export type AlertTarget =
  | { readonly kind: 'console' }
  | { readonly kind: 'email'; readonly to: string }
  | WebhookTarget
  | ChatTarget;

type OverHttp = {
  /** Whether loopback, private and link-local addresses may be connected to. */
  readonly allowPrivateNetworks: boolean;
};

export type WebhookTarget = OverHttp & {
  readonly kind: 'webhook';
  readonly url: string;
  readonly secretEnv: string;
  /** While a secret is being changed: the one before. Both sign. */
  readonly previousSecretEnv: string | null;
};

export type ChatTarget = ChatUrlTarget | AppriseTarget | TelegramTarget | NtfyTarget | PagerDutyTarget;

/** A chat that takes whatever is posted to a secret address. */
type ChatUrlTarget = OverHttp & {
  readonly kind: 'slack' | 'discord' | 'teams' | 'mattermost';
  readonly urlEnv: string;
};

type AppriseTarget = OverHttp & {
  readonly kind: 'apprise';
  readonly urlEnv: string;
  readonly tag: string | null;
};

export type TelegramTarget = OverHttp & {
  readonly kind: 'telegram';
  /** Without a slash at its end, as in the kinds below. */
  readonly server: string;
  readonly tokenEnv: string;
  readonly chatId: string;
};

type NtfyTarget = OverHttp & {
  readonly kind: 'ntfy';
  readonly server: string;
  readonly topicEnv: string;
  readonly tokenEnv: string | null;
};

type PagerDutyTarget = OverHttp & {
  readonly kind: 'pagerduty';
  readonly server: string;
  readonly routingKeyEnv: string;
};

/** The keys of an alert, as people write them, that name environment variables. */
export const alertSecretKeys: readonly string[] = [
  'secret_env',
  'previous_secret_env',
  'url_env',
  'token_env',
  'topic_env',
  'routing_key_env',
];

/** The environment variables that a target needs. */
export function alertSecretNames(target: AlertTarget): string[] {
  return Object.entries(target).flatMap(([key, value]) =>
    key.endsWith('Env') && typeof value === 'string' ? [value] : [],
  );
}

const overHttp = {
  allow_private_networks: z
    .boolean()
    .default(false)
    .describe('Whether loopback, private and link-local addresses may be connected to. Default: no.'),
};

const secretUrl = {
  ...overHttp,
  url_env: envName().describe('Environment variable that holds the address to post to.'),
};

function server(standard: string): z.ZodDefault<z.ZodString> {
  return httpUrl().default(standard);
}

const alert = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('console') }),
  z.strictObject({
    ...overHttp,
    kind: z.literal('webhook'),
    url: httpUrl().describe('Receives a POST of JSON, signed as Standard Webhooks.'),
    secret_env: envName().describe('Environment variable that holds the signing secret.'),
    previous_secret_env: envName()
      .nullish()
      .describe('While the secret is being changed: the variable that holds the old one. Both sign.'),
  }),
  z.strictObject({
    kind: z.literal('email'),
    to: z
      .union(
        [emailAddress(), z.array(emailAddress()).min(1).max(100)],
        'must be an address or a list of addresses',
      )
      .describe('One address, or a list.'),
  }),
  z.strictObject({ kind: z.literal('slack'), ...secretUrl }),
  z.strictObject({ kind: z.literal('discord'), ...secretUrl }),
  z.strictObject({ kind: z.literal('teams'), ...secretUrl }),
  z.strictObject({ kind: z.literal('mattermost'), ...secretUrl }),
  z.strictObject({
    kind: z.literal('apprise'),
    ...secretUrl,
    tag: line(100).nullish().describe('Which of the services under the key to notify. Default: all.'),
  }),
  z.strictObject({
    ...overHttp,
    kind: z.literal('telegram'),
    token_env: envName().describe("Environment variable that holds the bot's token."),
    chat_id: z
      .union([z.int(), line(100)], 'must be the number of a chat, or @name of a channel')
      .describe('Number of the chat, or @name of a public channel.'),
    server: server('https://api.telegram.org').describe('The Bot API server.'),
  }),
  z.strictObject({
    ...overHttp,
    kind: z.literal('ntfy'),
    topic_env: envName().describe('Environment variable that holds the topic: who knows it can read it.'),
    token_env: envName().nullish().describe('Environment variable that holds an access token.'),
    server: server('https://ntfy.sh').describe('The ntfy server.'),
  }),
  z.strictObject({
    ...overHttp,
    kind: z.literal('pagerduty'),
    routing_key_env: envName().describe('Environment variable that holds the integration key.'),
    server: server('https://events.pagerduty.com').describe(
      'https://events.eu.pagerduty.com in the European region.',
    ),
  }),
]);

function targetsOf(raw: z.infer<typeof alert>): AlertTarget[] {
  if (raw.kind === 'console') return [{ kind: 'console' }];
  if (raw.kind === 'email') return [raw.to].flat().map((to) => ({ kind: 'email', to }));
  return [httpTarget(raw)];
}

function httpTarget(
  raw: Exclude<z.infer<typeof alert>, { kind: 'console' | 'email' }>,
): WebhookTarget | ChatTarget {
  const allowPrivateNetworks = raw.allow_private_networks;
  switch (raw.kind) {
    case 'webhook': {
      const previousSecretEnv = raw.previous_secret_env ?? null;
      return {
        kind: raw.kind,
        url: raw.url,
        secretEnv: raw.secret_env,
        previousSecretEnv,
        allowPrivateNetworks,
      };
    }
    case 'apprise':
      return { kind: raw.kind, urlEnv: raw.url_env, tag: raw.tag ?? null, allowPrivateNetworks };
    case 'telegram':
      return {
        kind: raw.kind,
        server: withoutSlash(raw.server),
        tokenEnv: raw.token_env,
        chatId: String(raw.chat_id),
        allowPrivateNetworks,
      };
    case 'ntfy':
      return {
        kind: raw.kind,
        server: withoutSlash(raw.server),
        topicEnv: raw.topic_env,
        tokenEnv: raw.token_env ?? null,
        allowPrivateNetworks,
      };
    case 'pagerduty': {
      const routingKeyEnv = raw.routing_key_env;
      return { kind: raw.kind, server: withoutSlash(raw.server), routingKeyEnv, allowPrivateNetworks };
    }
    default:
      return { kind: raw.kind, urlEnv: raw.url_env, allowPrivateNetworks };
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** One entry of a watch's alerts as people write it, into the targets that it stands for. */
export const alertSchema: z.ZodType<AlertTarget[]> = alert.transform(targetsOf);
