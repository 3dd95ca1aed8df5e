import { type AlertTarget, alertSecretNames, type Environment, type SmtpConfig } from '../config/index.js';
import { type Clock, errorMessage } from '../core/index.js';
import { sendToChat } from './channels/chat/chat.js';
import { sendToConsole } from './channels/console.js';
import { type SmtpLogin, sendByEmail } from './channels/email.js';
import { sendToWebhook } from './channels/webhook.js';
import type { Delivery, SendResult } from './delivery.js';

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
  /** Aborts the attempts under way; later ones are answered with `retry`. */
  close(): void;
}

export function createSender(options: SenderOptions): Sender {
  const closing = new AbortController();
  return {
    send: async (delivery, signal) => {
      const either = AbortSignal.any([signal, closing.signal]);
      if (either.aborted) return { kind: 'retry', reason: 'stopped before sending', retryAfterMs: null };
      try {
        return await dispatch(delivery, options, either);
      } catch (error) {
        return { kind: 'retry', reason: errorMessage(error), retryAfterMs: null };
      }
    },
    close: () => closing.abort(new Error('stopped while sending')),
  };
}

async function dispatch(
  delivery: Delivery,
  { env, smtp, clock, print }: SenderOptions,
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
      if (smtp === null) return { kind: 'rejected', reason: 'no mail server is configured' };
      const login = smtpLogin(smtp, env);
      if ('kind' in login) return login;
      return sendByEmail(delivery, target.to, smtp, login.login, clock, signal);
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
