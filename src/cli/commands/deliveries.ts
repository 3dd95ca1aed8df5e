import { placeOf, targetLabel } from '../../alerts/index.js';
import type { AlertTarget } from '../../config/index.js';
import { canonicalJson, plainLine, systemClock } from '../../core/index.js';
import {
  type DeliveriesTable,
  type DeliveryStatus,
  listDeliveries,
  replayDelivery,
} from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import { counted } from '../figures.js';
import type { Terminal } from '../terminal.js';
import { withStore } from '../watch-file.js';

const givenUp: readonly DeliveryStatus[] = ['dead', 'rejected'];
const every: readonly DeliveryStatus[] = ['pending', 'sent', ...givenUp];
const MOST_SHOWN = 200;
const MOST_REPLAYED = 100_000;

interface Options {
  readonly config: string;
  readonly dead: boolean;
}

/** Shows the newest 200 deliveries, or of those given up. Works beside a daemon. @throws ConfigError, StoreError */
export async function showDeliveries(options: Options & { json: boolean }, out: Terminal): Promise<number> {
  return await withStore(options.config, async (store) => {
    const rows = await listDeliveries(store.db, options.dead ? givenUp : every, MOST_SHOWN);
    if (options.json) out.line(JSON.stringify({ deliveries: rows.map(summary) }, null, 2));
    else if (rows.length === 0) out.line(options.dead ? 'None was given up.' : 'There are none yet.');
    for (const row of options.json ? [] : rows) showDelivery(row, out);
    return exitCodes.ok;
  });
}

function summary(row: DeliveriesTable & { watch_id: string | null }): object {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: row.id,
    watch: row.watch_id,
    incident: row.incident_id,
    target: targetLabel(targetOf(row)),
    status: row.status,
    attempts: row.attempts,
    queuedAt: time(row.created_at),
    nextAttemptAt: row.status === 'pending' ? time(row.next_attempt_at) : null,
    finishedAt: time(row.finished_at),
    lastError: row.last_error,
  };
}

function showDelivery(row: DeliveriesTable, out: Terminal): void {
  const colour = { pending: 'yellow', sent: 'green', rejected: 'red', dead: 'red' } as const;
  const status = out.paint(colour[row.status], row.status.padEnd(8));
  out.line(
    `${status}  ${plainLine(row.id)}  ${targetLabel(targetOf(row))}, ${counted(row.attempts, 'attempt')}`,
  );
  if (row.status === 'pending' && row.attempts > 0)
    out.line(`          next attempt ${new Date(row.next_attempt_at).toISOString()}`);
  if (row.last_error !== null) out.line(`          ${plainLine(row.last_error)}`);
}

/**
 * Makes one delivery that was given up pending again, or with `--dead` all. What the watch file says of the
 * target now holds, as long as the place is the same. Works beside a daemon. @throws ConfigError, StoreError
 */
export async function replay(id: string | null, { config, dead }: Options, out: Terminal): Promise<number> {
  if ((id === null) !== dead) {
    out.line('Name one delivery, or all with --dead. See: twinwatch deliveries list --dead');
    return exitCodes.usage;
  }
  return await withStore(config, async (store, file) => {
    const rows = await listDeliveries(store.db, givenUp, MOST_REPLAYED);
    const chosen = rows.filter((row) => id === null || row.id === id);
    let count = 0;
    for (const row of chosen) {
      const watch = file.watches.find((one) => one.id === row.watch_id);
      const now = watch?.alerts.find((target) => placeOf(target) === placeOf(targetOf(row)));
      const target = now === undefined ? row.target : canonicalJson(now);
      if (await replayDelivery(store.db, row.id, target, systemClock.now())) count += 1;
    }
    if (count === 0) {
      out.line(id === null ? 'None was given up.' : 'No such delivery was given up.');
      return id === null ? exitCodes.ok : exitCodes.failure;
    }
    const what = count === 1 ? '1 delivery is' : `${count} deliveries are`;
    out.line(`${what} pending again: a running daemon sends within a minute, else the next start does.`);
    return exitCodes.ok;
  });
}

function targetOf(row: DeliveriesTable): AlertTarget {
  return JSON.parse(row.target) as AlertTarget;
}
