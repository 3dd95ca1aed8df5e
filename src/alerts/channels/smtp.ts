import type { SMTPTransportOptions } from 'nodemailer';
import type { SmtpConfig } from '../../config/index.js';
import { type Clock, errorMessage, withoutSecrets } from '../../core/index.js';
import { withDeadline } from './deadline.js';
import { REACH_TIMEOUT_MS, type Reachable } from './reachable.js';

const STEP_TIMEOUT_MS = 20_000;

export interface SmtpLogin {
  readonly user: string;
  readonly password: string;
}

/** Connects to the mail server, turns encryption on and signs in as an alert would. Sends no mail. Never rejects. */
export async function verifySmtp(
  smtp: SmtpConfig,
  login: SmtpLogin | null,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reachable> {
  try {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(smtpOptions(smtp, login));
    await withDeadline(clock, REACH_TIMEOUT_MS, signal, async (deadline) => {
      const late = new Promise<never>((_, reject) => {
        deadline.addEventListener('abort', () => reject(deadline.reason), { once: true });
      });
      await Promise.race([transport.verify(), late]).finally(() => transport.close());
    });
    return { kind: 'reached', detail: login === null ? 'connected' : 'connected and signed in' };
  } catch (error) {
    const isLogin = error instanceof Error && 'code' in error && error.code === 'EAUTH';
    const detail = withoutLogin(errorMessage(error), login);
    return { kind: isLogin ? 'refused' : 'unreachable', detail };
  }
}

/** Mail servers quote the recipient, and some the login as it was sent; reasons are logged. */
export function withoutLogin(
  text: string,
  login: SmtpLogin | null,
  addresses: readonly string[] = [],
): string {
  const { user, password } = login ?? { user: null, password: null };
  const plain = login === null ? null : `\0${user}\0${password}`;
  return withoutSecrets(text, [...addresses, plain, password, user]);
}

/** How the mail server is reached, in nodemailer's words. */
export function smtpOptions(smtp: SmtpConfig, login: SmtpLogin | null): SMTPTransportOptions {
  const local = isLoopback(smtp.host);
  return {
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    // Without this, whoever sits between could strip STARTTLS and read the password.
    requireTLS: login !== null && !local,
    // A mail server on this machine rarely has a certificate for "localhost", and nobody sits between.
    tls: { rejectUnauthorized: !local },
    connectionTimeout: STEP_TIMEOUT_MS,
    greetingTimeout: STEP_TIMEOUT_MS,
    socketTimeout: STEP_TIMEOUT_MS,
    dnsTimeout: STEP_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
