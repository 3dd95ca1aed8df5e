import type { KeyObject } from 'node:crypto';
import type { Transporter } from 'nodemailer';
import type { SmtpConfig } from '../../config/index.js';
import { type Clock, errorMessage, plainLine } from '../../core/index.js';
import type { Delivery, SendResult, SubscriberMail } from '../delivery.js';
import { type EmailMessage, renderEmail } from '../render/email.js';
import { renderSubscriberMail } from '../render/subscriber-mail.js';
import { withDeadline } from './deadline.js';
import { domainOf, isPlainAddress, listHeaders, SIGNED_HEADERS } from './mail-headers.js';
import { type SmtpLogin, smtpOptions, withoutLogin } from './smtp.js';

const TIMEOUT_MS = 60_000;
/** Connections to the mail server that are open at a time, at most. */
export const MAIL_CONNECTIONS = 8;
const MAILS_A_CONNECTION = 500;
const IDLE_MS = 15_000;

/** Sends mails through one server, over connections that are kept. Never rejects. */
export interface Mailer {
  /**
   * Sends an alert to an address of the watch file. Its Message-ID is the delivery's id at the sender's domain, the
   * same in every attempt. A 5xx answer to the message or its recipient is a rejection; everything else that goes
   * wrong (4xx, a failed login, a dropped connection) is retried.
   */
  alert(delivery: Delivery, to: string, signal: AbortSignal): Promise<SendResult>;
  /** The same for a mail to a subscriber, which also says how to unsubscribe with one click (RFC 8058). */
  subscriber(mail: SubscriberMail, signal: AbortSignal): Promise<SendResult>;
  /** Closes the connections, also those at work. */
  close(): void;
}

interface MailerOptions {
  readonly smtp: SmtpConfig;
  readonly login: SmtpLogin | null;
  /** Signs every mail; null: none is signed. */
  readonly dkimKey: KeyObject | null;
  readonly clock: Clock;
}

interface Outgoing extends EmailMessage {
  readonly id: string;
  readonly to: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function createMailer(options: MailerOptions): Mailer {
  const { smtp, login, clock } = options;
  const from = plainLine(smtp.from, 320);
  let transport: Promise<Transporter> | null = null;
  const send = async (mail: Outgoing, signal: AbortSignal): Promise<SendResult> => {
    if (!isPlainAddress(mail.to))
      return { kind: 'rejected', reason: 'the recipient is not one plain e-mail address' };
    transport ??= openTransport(options);
    try {
      const open = await transport;
      const { response } = await withDeadline(clock, TIMEOUT_MS, signal, (deadline) =>
        open.sendMail({
          from,
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: `<${mail.id}@${domainOf(from)}>`,
          date: new Date(clock.now()),
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...mail.headers },
          signal: deadline,
        }),
      );
      return { kind: 'sent', detail: plainLine(String(response), 200) };
    } catch (error) {
      return failed(error, withoutLogin(errorMessage(error), login, [mail.to]));
    }
  };
  return {
    alert: ({ id, content }, to, signal) =>
      send({ ...renderEmail(content, from), id, to, headers: {} }, signal),
    subscriber: (mail, signal) =>
      send(
        {
          ...renderSubscriberMail(mail, from),
          id: mail.id,
          to: mail.to,
          headers: listHeaders(mail, domainOf(from)),
        },
        signal,
      ),
    close: () => {
      void transport?.then((open) => open.close({ force: true }));
      transport = null;
    },
  };
}

async function openTransport({ smtp, login, dkimKey }: MailerOptions): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { dkim } = smtp;
  return createTransport({
    ...smtpOptions(smtp, login),
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
    maxMessages: MAILS_A_CONNECTION,
    // For a connection that the server closed while it was idle; what else fails is the outbox's to try again.
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    ...(dkim === null || dkimKey === null
      ? {}
      : {
          dkim: {
            domainName: dkim.domain,
            keySelector: dkim.selector,
            privateKey: dkimKey,
            headerFieldNames: SIGNED_HEADERS,
          },
        }),
  });
}

// Only answers about this message count: a refused login or greeting is the operator's to mend, and the
// message should still go out then.
function failed(error: unknown, reason: string): SendResult {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const isAbout = code === 'EENVELOPE' || code === 'EMESSAGE';
  const answer = isAbout && typeof responseCode === 'number' ? responseCode : 0;
  // 503 says that the session was in the wrong state, not that the message was refused.
  if (answer >= 500 && answer !== 503) return { kind: 'rejected', reason };
  // 421 says that the server is closing; other such answers defer this message alone, as greylisting does.
  const isDeferred = answer >= 400 && answer < 500 && answer !== 421;
  return { kind: 'retry', reason, retryAfterMs: null, ...(isDeferred ? { isDeferred } : {}) };
}
