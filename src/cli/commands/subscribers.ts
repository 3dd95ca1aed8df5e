import type { Readable } from 'node:stream';
import { type IncidentKind, incidentKinds } from '../../alerts/index.js';
import { plainLine, systemClock } from '../../core/index.js';
import type { Severity } from '../../fingerprint/index.js';
import {
  addConfirmedSubscriber,
  forgetSubscriber,
  noteBounceMessage,
  requestSubscription,
} from '../../jobs/index.js';
import {
  type Db,
  type Frequency,
  listSubscribers,
  type SubscribersTable,
  type SubscriptionsTable,
  subscriptionsOf,
} from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { withStore } from '../watch-file.js';

interface Options {
  readonly config: string;
}

/** What `subscribers add` takes. */
export interface AddOptions extends Options {
  readonly watch?: readonly string[];
  readonly kind?: readonly string[];
  readonly minSeverity: string;
  readonly frequency: string;
  readonly timezone: string;
  readonly confirmed: boolean;
}

/** More than any server returns of a mail. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Shows all subscribers. Works beside a daemon, as all here do. @throws ConfigError, StoreError */
export async function showSubscribers(
  { config, show, json }: Options & { readonly show: boolean; readonly json: boolean },
  out: Terminal,
): Promise<number> {
  return await withStore(config, async ({ db }) => {
    const rows = await records(db);
    const shown = rows.map((row) => ({ ...row, email: show ? row.email : masked(row.email) }));
    if (json) out.line(JSON.stringify({ subscribers: shown }, null, 2));
    else if (shown.length === 0) out.line('There are none yet.');
    for (const { email, status, frequency, pausedReason, subscriptions } of json ? [] : shown) {
      const watches = subscriptions.map(({ watch }) => watch ?? 'all watches').join(', ');
      const why = pausedReason === null ? '' : ` (${pausedReason})`;
      out.line(plainLine(`${email}  ${status}${why}  ${frequency}  ${watches}`, 300));
    }
    return exitCodes.ok;
  });
}

/** Subscribes an address, or asks it to confirm. @throws ConfigError, StoreError; JobError when the choice is none */
export async function addSubscriber(email: string, options: AddOptions, out: Terminal): Promise<number> {
  return await withStore(options.config, async (store) => {
    const request = {
      email,
      watchIds: options.watch ?? [],
      // Whether there are such is checked with the rest.
      kinds: (options.kind ?? incidentKinds) as readonly IncidentKind[],
      minSeverity: options.minSeverity as Severity,
      frequency: options.frequency as Frequency,
      timezone: options.timezone,
    };
    const context = { store, clock: systemClock };
    if (options.confirmed) await addConfirmedSubscriber(context, request);
    else await requestSubscription(context, request);
    out.line(
      options.confirmed ? 'Subscribed.' : 'The running daemon sends a mail with a link to go on with.',
    );
    return exitCodes.ok;
  });
}

/** Forgets an address. @throws ConfigError, StoreError; JobError when it is none */
export async function dropSubscriber(email: string, { config }: Options, out: Terminal): Promise<number> {
  return await withStore(config, async (store) => {
    const wasThere = await forgetSubscriber({ store }, email);
    out.line(wasThere ? 'Removed.' : 'Nobody subscribed with this address.');
    return wasThere ? exitCodes.ok : exitCodes.failure;
  });
}

/** Prints everything that is known of subscribers. @throws ConfigError, StoreError */
export async function exportSubscribers(
  { config, csv }: Options & { readonly csv: boolean },
  out: Terminal,
): Promise<number> {
  return await withStore(config, async ({ db }) => {
    const rows = await records(db);
    if (!csv) out.line(JSON.stringify({ subscribers: rows }, null, 2));
    for (const line of csv ? csvLines(rows) : []) out.line(line);
    return exitCodes.ok;
  });
}

/** Reads one message that came to the sender's address. @throws ConfigError, StoreError */
export async function noteBounce({ config }: Options, input: Readable, out: Terminal): Promise<number> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return await withStore(config, async (store) => {
    out.line(await noteBounceMessage({ store }, Buffer.concat(chunks)));
    return exitCodes.ok;
  });
}

interface SubscriberRecord {
  readonly email: string;
  readonly status: string;
  readonly pausedReason: string | null;
  readonly frequency: string;
  readonly timezone: string;
  readonly subscribedAt: string;
  readonly confirmedAt: string | null;
  readonly subscriptions: readonly {
    readonly watch: string | null;
    readonly kinds: readonly string[];
    readonly minSeverity: string;
  }[];
}

async function records(db: Db): Promise<SubscriberRecord[]> {
  const chosen = new Map<string, SubscriptionsTable[]>();
  for (const row of await subscriptionsOf(db)) {
    const rows = chosen.get(row.subscriber_id) ?? [];
    rows.push(row);
    chosen.set(row.subscriber_id, rows);
  }
  return (await listSubscribers(db)).map((row) => record(row, chosen.get(row.id) ?? []));
}

function record(row: SubscribersTable, chosen: readonly SubscriptionsTable[]): SubscriberRecord {
  return {
    email: row.email,
    status: row.status,
    pausedReason: row.paused_reason,
    frequency: row.frequency,
    timezone: row.timezone,
    subscribedAt: new Date(row.created_at).toISOString(),
    confirmedAt: row.confirmed_at === null ? null : new Date(row.confirmed_at).toISOString(),
    subscriptions: chosen.map(({ watch_id, kinds, min_severity }) => ({
      watch: watch_id,
      kinds: JSON.parse(kinds) as string[],
      minSeverity: min_severity,
    })),
  };
}

/** `j…@example.org`: enough to tell whose it may be. */
function masked(email: string): string {
  return `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`;
}

function csvLines(rows: readonly SubscriberRecord[]): string[] {
  const cells = rows.flatMap(({ subscriptions, ...row }) =>
    subscriptions.map(({ watch, kinds, minSeverity }) => [
      row.email,
      row.status,
      row.frequency,
      row.timezone,
      row.subscribedAt,
      row.confirmedAt ?? '',
      watch ?? '',
      kinds.join(' '),
      minSeverity,
    ]),
  );
  const head = 'email,status,frequency,timezone,subscribed_at,confirmed_at,watch,kinds,min_severity';
  return [head, ...cells.map((row) => row.map(csvCell).join(','))];
}

/** Spreadsheets take what begins with `=`, `+`, `-` or `@` for a formula: an apostrophe in front makes it text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
