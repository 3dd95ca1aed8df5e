import { createSender, deliveriesFor, targetLabel, testContent } from '../../alerts/index.js';
import { loadWatchFile, readEnvironment } from '../../config/index.js';
import { systemClock } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

interface Options {
  readonly config: string;
  readonly json: boolean;
}

/**
 * Sends a message marked as a test through every target of a watch, once each, and says what became of it.
 * Nothing is stored or logged. Returns 1 when one did not arrive. @throws ConfigError
 */
export async function testAlerts(watchId: string, { config, json }: Options, out: Terminal): Promise<number> {
  const env = readEnvironment();
  const file = loadWatchFile(config, env);
  const watch = file.watches.find(({ id }) => id === watchId);
  if (!watch) {
    out.line(`There is no such watch in the file. It has: ${file.watches.map(({ id }) => id).join(', ')}`);
    return exitCodes.usage;
  }
  const print = (line: string): void => (json ? undefined : out.line(line));
  const sender = createSender({ env, smtp: file.smtp, clock: systemClock, print });
  const deliveries = deliveriesFor(testContent(watch, systemClock.now()), watch.alerts);
  const signal = new AbortController().signal;
  const results = await Promise.all(
    deliveries.map(async (delivery) => {
      const result = await sender.send(delivery, signal);
      const isSent = result.kind === 'sent';
      return {
        id: delivery.id,
        target: targetLabel(delivery.target),
        isSent,
        detail: isSent ? result.detail : result.reason,
      };
    }),
  );
  sender.close();
  if (json) out.line(JSON.stringify({ watch: watch.id, results }, null, 2));
  else if (results.length === 0) out.line('This watch has no alerts.');
  for (const { target, isSent, detail } of json ? [] : results)
    out.line(`${out.paint(isSent ? 'green' : 'red', isSent ? 'sent  ' : 'failed')}  ${target}: ${detail}`);
  return results.every(({ isSent }) => isSent) ? exitCodes.ok : exitCodes.failure;
}
