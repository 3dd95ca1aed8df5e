import { setMaxListeners } from 'node:events';
import {
  type AlertTarget,
  alertSecretNames,
  type Environment,
  readDkimKey,
  type SmtpConfig,
} from '../config/index.js';
import { type Clock, errorMessage } from '../core/index.js';
import { sendToChat } from './channels/chat/chat.js';
import { sendToConsole } from './channels/console.js';
import { createMailer, type Mailer } from './channels/email.js';
import type { SmtpLogin } from './channels/smtp.js';
import { sendToWebhook } from './channels/webhook.js';
import type { Delivery, SendResult, SubscriberMail } from './delivery.js';

interface SenderOptions {
  /** Where the secrets that targets name are looked up, at each attempt. */
  readonly env: Pick<Environment, 'secret'>;
  /** Null when no mail server is configured. */
  readonly smtp: SmtpConfig | null;
  readonly clock: Clock;
  /** Writes one line for people. */
  readonly print: (line: string) => void;
}

/** Makes one attempt at a time; what waits, and for how long, is the outbox's business. */
export interface Sender {
  /** Never rejects: every outcome, an abort included, is a {@link SendResult}. */
  send(delivery: Delivery, signal: AbortSignal): Promise<SendResult>;
  /** Sends one mail to a subscriber; as `send`. */
  mail(mail: SubscriberMail, signal: AbortSignal): Promise<SendResult>;
  /** Aborts the attempts under way and closes connections; later attempts are answered with `retry`. */
  close(): void;
}

/** Reads the key that signs mails, once. @throws ConfigError when it can't be read or is no such key */
export function createSender(options: SenderOptions): Sender {
  const closing = new AbortController();
  // Each attempt listens; the outbox bounds their number.
  setMaxListeners(0, closing.signal);
  const mailer = openMailer(options);
  const attempt = async (
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<SendResult>,
  ): Promise<SendResult> => {
    const either = AbortSignal.any([signal, closing.signal]);
    if (either.aborted) return { kind: 'retry', reason: 'stopped before sending', retryAfterMs: null };
    try {
      return await send(either);
    } catch (error) {
      return { kind: 'retry', reason: errorMessage(error), retryAfterMs: null };
    }
  };
  return {
    send: (delivery, signal) => attempt(signal, (either) => dispatch(delivery, options, mailer, either)),
    mail: (mail, signal) =>
      attempt(signal, async (either) => {
        const open = mailer.get();
        return 'kind' in open ? open : await open.subscriber(mail, either);
      }),
    close: () => {
      closing.abort(new Error('stopped while sending'));
      mailer.close();
    },
  };
}

interface LazyMailer {
  /** Or why there is none: no server, or its login is not set yet. */
  get(): Mailer | SendResult;
  close(): void;
}

function openMailer({ smtp, env, clock }: SenderOptions): LazyMailer {
  const dkimKey = smtp?.dkim ? readDkimKey(smtp.dkim.keyFile) : null;
  let mailer: Mailer | null = null;
  return {
    get: () => {
      if (mailer !== null) return mailer;
      if (smtp === null) return { kind: 'rejected', reason: 'no mail server is configured' };
      const found = smtpLogin(smtp, env);
      if ('kind' in found) return found;
      mailer = createMailer({ smtp, login: found.login, dkimKey, clock });
      return mailer;
    },
    close: () => mailer?.close(),
  };
}

async function dispatch(
  delivery: Delivery,
  { env, clock, print }: SenderOptions,
  mailer: LazyMailer,
  signal: AbortSignal,
): Promise<SendResult> {
  const target: AlertTarget = delivery.target;
  const unset = target.kind === 'email' ? [] : alertSecretNames(target).filter((name) => !env.secret(name));
  if (unset[0] !== undefined) return missing(unset[0]);
  const secret = (name: string): string => env.secret(name) ?? '';
  switch (target.kind) {
    case 'console':
      return sendToConsole(delivery, print);
    case 'webhook': {
      const secrets = alertSecretNames(target).map(secret);
      return await sendToWebhook(delivery, { ...target, secrets }, clock, signal);
    }
    case 'email': {
      const open = mailer.get();
      return 'kind' in open ? open : await open.alert(delivery, target.to, signal);
    }
    default:
      return await sendToChat(delivery, target, secret, clock, signal);
  }
}

function smtpLogin(
  smtp: SmtpConfig,
  env: SenderOptions['env'],
): { readonly login: SmtpLogin | null } | SendResult {
  if (smtp.userEnv === null || smtp.passwordEnv === null) return { login: null };
  const user = env.secret(smtp.userEnv);
  if (user === null) return missing(smtp.userEnv);
  const password = env.secret(smtp.passwordEnv);
  return password === null ? missing(smtp.passwordEnv) : { login: { user, password } };
}

// Retried, not rejected: the operator sets the variable, and the alert still goes out.
function missing(variable: string): SendResult {
  return { kind: 'retry', reason: `the environment variable ${variable} is not set`, retryAfterMs: null };
}
