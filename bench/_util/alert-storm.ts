import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../src/core/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import type { TakenMail } from './storm-sink.js';
import { seedStorm } from './storm-store.js';

export interface StormOptions {
  readonly subscribers: number;
  /** About one incident, to each subscriber. */
  readonly messages: number;
  readonly deadChannels: number;
  readonly kills: number;
  /** Longest life of a killed process once it works, ms. */
  readonly longestLifeMs: number;
  readonly limitMs: number;
}

export interface Storm {
  /** Deliveries to subscribers that never arrived. */
  readonly lost: number;
  /** Mails that came more than once, under the same id. */
  readonly repeated: number;
  /** Mails under an id that is no delivery's, or to somebody else. */
  readonly strange: number;
  readonly unsigned: number;
  /** Subscribers to whom a message came before an earlier one. */
  readonly outOfOrder: number;
  /** Deliveries to channels that are down which do not wait any more. */
  readonly givenUp: number;
  /** Mails a second, from the first to the last. */
  readonly perSecond: number;
}

/** Runs an outbox against a real mail server, in processes of their own, and kills it over and over. */
export async function runStorm(options: StormOptions): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), 'twinwatch-storm-'));
  const path = join(folder, 'storm.db');
  const keyFile = join(folder, 'dkim.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const store = await openStore({ kind: 'sqlite', path });
  const sink = start('storm-sink.ts', []);
  let outbox: ChildProcess | null = null;
  try {
    const [port] = (await once(sink, 'message')) as [number];
    await seedStorm(store, options);
    const random = seededRandom('alert storm');
    for (let kill = 0; kill <= options.kills; kill += 1) {
      outbox = start('storm-outbox.ts', [path, String(port), keyFile]);
      await once(outbox, 'message');
      if (kill < options.kills) await delay(random.below(options.longestLifeMs));
      else await allTried(store, options.limitMs);
      const ended = once(outbox, 'exit');
      outbox.kill('SIGKILL');
      await ended;
    }
    sink.send('mails');
    const [mails] = (await once(sink, 'message')) as [TakenMail[]];
    return await judge(store, mails);
  } finally {
    outbox?.kill('SIGKILL');
    sink.kill('SIGKILL');
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--import', 'tsx'] });
}

async function allTried(store: Store, limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  while (Date.now() < until) {
    const waiting = await store.db
      .selectFrom('deliveries')
      .select('id')
      .where('subscriber_id', 'is not', null)
      .where('status', '=', 'pending')
      .limit(1)
      .executeTakeFirst();
    if (waiting === undefined) return;
    await delay(200);
  }
}

async function judge(store: Store, mails: readonly TakenMail[]): Promise<Storm> {
  const rows = await store.db.selectFrom('deliveries').selectAll().orderBy('created_at').execute();
  const wanted = new Map(
    rows
      .filter((row) => row.subscriber_id !== null)
      .map((row) => [`${row.id}@example.org ${row.subscriber_id}@reader.example`, row]),
  );
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  const late = new Set<string>();
  let strange = 0;
  for (const { to, messageId } of mails) {
    const key = `${messageId} ${to}`;
    const row = wanted.get(key);
    if (row === undefined) strange += 1;
    if (row === undefined || seen.has(key)) continue;
    seen.add(key);
    if (row.created_at < (newest.get(to) ?? 0)) late.add(to);
    newest.set(to, row.created_at);
  }
  const spanMs = (mails.at(-1)?.at ?? 0) - (mails[0]?.at ?? 0);
  return {
    lost: wanted.size - seen.size,
    repeated: mails.length - seen.size - strange,
    strange,
    unsigned: mails.filter(({ isSigned }) => !isSigned).length,
    outOfOrder: late.size,
    givenUp: rows.filter((row) => row.subscriber_id === null && row.status !== 'pending').length,
    perSecond: (1000 * (mails.length - 1)) / spanMs,
  };
}
