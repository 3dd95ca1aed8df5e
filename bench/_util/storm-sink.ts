/** A mail server in a process of its own. Sends its port, and when asked for them, the mails it took. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** One mail that was taken in. */
export interface TakenMail {
  readonly to: string;
  readonly messageId: string;
  readonly isSigned: boolean;
  /** ms since the Unix epoch. */
  readonly at: number;
}

const taken: TakenMail[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  disableReverseLookup: true,
  onData: (stream, session, done) => {
    let head = '';
    stream.on('data', (chunk: Buffer) => {
      if (!head.includes('\r\n\r\n')) head += chunk.toString('latin1');
    });
    stream.on('end', () => {
      taken.push({
        to: session.envelope.rcptTo[0]?.address ?? '',
        messageId: /^Message-ID:\s*<([^>]+)>/im.exec(head)?.[1] ?? '',
        isSigned: /^DKIM-Signature:/im.test(head),
        at: Date.now(),
      });
      done();
    });
  },
});
// Whoever sends is killed in the middle.
server.on('error', () => undefined);
const listening = server.listen(0, '127.0.0.1');
await once(listening, 'listening');
process.send?.((listening.address() as AddressInfo).port);
process.on('message', () => process.send?.(taken));
process.on('disconnect', () => process.exit());
