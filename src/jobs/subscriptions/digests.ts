import type { AlertContent, DigestContent } from '../../alerts/index.js';
import type { WatchConfig } from '../../config/index.js';
import { DAY_MS, errorMessage } from '../../core/index.js';
import {
  contentsOf,
  dueForDigest,
  insertDeliveries,
  keepMessage,
  markItemsSent,
  removeExpiredTokens,
  removeUnconfirmed,
  type SubscribersTable,
  type Tx,
  updateSubscriber,
  waitingItems,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import type { Schedule } from '../schedule.js';
import { type DigestTimes, digestTimes } from './digest-times.js';
import { mailId, sharedMessage, subscriberDelivery } from './mail-rows.js';

/** Subscribers in one transaction. */
const PAGE = 200;
const MOST_ITEMS = 50;
const LOOK_EVERY_MS = 60_000;
const CONFIRM_WITHIN_MS = 7 * DAY_MS;

/**
 * Puts digests into the outbox when they are due, and calls `wake` when there are some; forgets expired links, and addresses
 * that were not confirmed within a week, once a day.
 */
export function startDigests(
  context: JobContext,
  watches: readonly Pick<WatchConfig, 'alpha'>[],
  wake: () => void,
): Schedule {
  const { clock, logger } = context;
  const stopping = new AbortController();
  let tidyAt = 0;
  const look = async (): Promise<void> => {
    if ((await sendDigests(context, watches)) > 0) wake();
    if (clock.now() < tidyAt) return;
    await tidySubscribers(context);
    tidyAt = clock.now() + DAY_MS;
  };
  const loop = async (): Promise<never> => {
    for (;;) {
      await look().catch((error: unknown) => logger.error(errorMessage(error)));
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
  };
  // Ends when the sleep is broken off.
  const running = loop().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Puts every digest that is due into the outbox; who has nothing waiting gets none. Returns how many there were. */
export async function sendDigests(
  { store, clock }: JobContext,
  watches: readonly Pick<WatchConfig, 'alpha'>[],
): Promise<number> {
  const now = clock.now();
  const facts = { count: watches.length, falseAlarms: watches.reduce((sum, { alpha }) => sum + alpha, 0) };
  for (let sent = 0; ; ) {
    const page = await store.transaction(async (tx) => {
      const due = await dueForDigest(tx, now, PAGE);
      const round: DigestRound = { now, watches: facts, times: new Map(), digests: new Map() };
      let mails = 0;
      for (const subscriber of due) mails += (await digestFor(tx, subscriber, round)) ? 1 : 0;
      return { mails, isLast: due.length < PAGE };
    });
    sent += page.mails;
    if (page.isLast) return sent;
  }
}

/** What the subscribers of a page share. */
interface DigestRound {
  readonly now: number;
  readonly watches: DigestContent['watches'];
  /** By frequency and time zone. */
  readonly times: Map<string, DigestTimes>;
  /** By what is in them, and the time they cover. */
  readonly digests: Map<string, DigestContent>;
}

async function digestFor(tx: Tx, subscriber: SubscribersTable, round: DigestRound): Promise<boolean> {
  const { id, frequency, timezone, next_digest_at: dueAt } = subscriber;
  // Who has just chosen to hear at once gets what was waiting, the next morning.
  const rhythm = frequency === 'immediate' ? 'daily' : frequency;
  const { last, next } = timesOf(round, rhythm, timezone);
  const until = Math.max(last, dueAt ?? last);
  await updateSubscriber(tx, id, { next_digest_at: frequency === 'immediate' ? null : next });
  const items = await waitingItems(tx, id, until);
  if (items.length === 0) return false;
  const since = digestTimes(rhythm, timezone, (dueAt ?? last) - 1).last;
  const content = await digestOf(tx, items, since, until, round);
  const message = sharedMessage(content, round.now);
  await keepMessage(tx, message);
  await insertDeliveries(tx, [subscriberDelivery(message, id, mailId('digest'), round.now)]);
  await markItemsSent(tx, id, until, round.now);
  return true;
}

function timesOf(round: DigestRound, rhythm: 'daily' | 'weekly', timezone: string): DigestTimes {
  const key = `${rhythm} ${timezone}`;
  const times = round.times.get(key) ?? digestTimes(rhythm, timezone, round.now);
  round.times.set(key, times);
  return times;
}

async function digestOf(
  tx: Tx,
  messageIds: readonly string[],
  since: number,
  until: number,
  { watches, digests }: DigestRound,
): Promise<DigestContent> {
  const key = JSON.stringify([since, until, messageIds]);
  const known = digests.get(key);
  if (known !== undefined) return known;
  const shown = messageIds.slice(0, MOST_ITEMS);
  const items = (await contentsOf(tx, shown)).map((text) => withoutQuotes(JSON.parse(text) as AlertContent));
  const omitted = messageIds.length - shown.length;
  const content: DigestContent = { type: 'digest', since, until, items, omitted, watches };
  digests.set(key, content);
  return content;
}

/** Without the answers: where one is removed later, digests need not be looked through. */
function withoutQuotes(content: AlertContent): AlertContent {
  const findings = content.report.findings.map((finding) => ({ ...finding, examples: [] }));
  return { ...content, report: { ...content.report, findings } };
}

/** Forgets links that have expired, and addresses that were not confirmed within a week. */
export async function tidySubscribers({ store, clock }: JobContext): Promise<void> {
  const now = clock.now();
  await removeExpiredTokens(store.db, now);
  await removeUnconfirmed(store.db, now - CONFIRM_WITHIN_MS);
}
