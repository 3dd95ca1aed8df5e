import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly mail: ParsedMail;
  readonly recipients: readonly string[];
}

/** A real SMTP server on loopback that keeps what it gets. */
export interface SmtpSink {
  readonly port: number;
  readonly received: ReceivedMail[];
  close(): Promise<void>;
}

/** `refuse` gives the error that a message, already taken in, is answered with; null accepts it. */
export async function startSmtpSink(refuse: (count: number) => Error | null = () => null): Promise<SmtpSink> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const recipients = session.envelope.rcptTo.map((to) => to.address);
      simpleParser(stream).then((mail) => {
        received.push({ mail, recipients });
        done(refuse(received.length));
      }, done);
    },
  });
  // A client that is killed in the middle is part of the tests.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
