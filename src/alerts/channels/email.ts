import type { SmtpConfig } from '../../config/index.js';
import { type Clock, errorMessage, plainLine, withoutSecrets } from '../../core/index.js';
import type { Delivery, SendResult } from '../delivery.js';
import { renderEmail } from '../render/email.js';
import { withDeadline } from './deadline.js';
import { REACH_TIMEOUT_MS, type Reachable } from './reachable.js';

const TIMEOUT_MS = 60_000;
const STEP_TIMEOUT_MS = 20_000;
/** One bare address: nothing in it may end a header or start a second recipient. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@]+@[A-Za-z0-9.-]+$/;

export interface SmtpLogin {
  readonly user: string;
  readonly password: string;
}

/**
 * Sends the alert through SMTP, one connection for one message. Its Message-ID is the delivery's id at
 * the sender's domain, the same in every attempt. A 5xx answer to the message or its recipient is a
 * rejection; everything else that goes wrong (4xx, a failed login, a dropped connection) is retried.
 */
export async function sendByEmail(
  delivery: Delivery,
  to: string,
  smtp: SmtpConfig,
  login: SmtpLogin | null,
  clock: Clock,
  signal: AbortSignal,
): Promise<SendResult> {
  if (!ADDRESS.test(to)) return { kind: 'rejected', reason: 'the recipient is not one plain e-mail address' };
  const from = plainLine(smtp.from, 320);
  const message = renderEmail(delivery.content, from);
  try {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(transportOptions(smtp, login));
    const info = await withDeadline(clock, TIMEOUT_MS, signal, (deadline) =>
      transport.sendMail({
        from,
        to: { name: '', address: to },
        subject: message.subject,
        text: message.text,
        html: message.html,
        messageId: `<${delivery.id}@${domainOf(from)}>`,
        date: new Date(clock.now()),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: deadline,
      }),
    );
    return { kind: 'sent', detail: plainLine(info.response, 200) };
  } catch (error) {
    const reason = withoutLogin(errorMessage(error), login, [to]);
    return isRefusal(error) ? { kind: 'rejected', reason } : { kind: 'retry', reason, retryAfterMs: null };
  }
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
    const transport = createTransport(transportOptions(smtp, login));
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
function withoutLogin(text: string, login: SmtpLogin | null, addresses: readonly string[] = []): string {
  const { user, password } = login ?? { user: null, password: null };
  const plain = login === null ? null : `\0${user}\0${password}`;
  return withoutSecrets(text, [...addresses, plain, password, user]);
}

function transportOptions(smtp: SmtpConfig, login: SmtpLogin | null) {
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

/** The domain of `a@b` or `Name <a@b>`. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'twinwatch.invalid';
}

// Only answers about this message count: a refused login or greeting is the operator's to mend, and the
// message should still go out then.
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: unknown; responseCode?: unknown };
  const about = code === 'EENVELOPE' || code === 'EMESSAGE';
  // 503 says that the session was in the wrong state, not that the message was refused.
  return about && typeof responseCode === 'number' && responseCode >= 500 && responseCode !== 503;
}
