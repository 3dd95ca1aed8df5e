import { EventEmitter, once } from 'node:events';
import PQueue from 'p-queue';
import type { Budget } from '../config/index.js';
import { type Clock, errorMessage, type Logger } from '../core/index.js';
import { addToDay, type BudgetDaysTable, type BudgetName, budgetDays, type Store } from '../store/index.js';
import { type Exceeded, exceeded, latest, monthStart, spentOn, utcDay } from './budget-limits.js';

/** What one request uses or may use. */
export interface Amount {
  readonly tokens: number;
  /** Millionths of the account's currency. */
  readonly micros: number;
}

/** The most that one request can use, and whose budget it counts against. */
export interface Claim extends Amount {
  readonly account: string;
  /** False where it is an estimate: nothing limits the answer. */
  readonly bounded: boolean;
}

/** One request's part of a budget. */
export interface Reservation {
  /**
   * Has to be called right before the request leaves; it must not where this says false: an answer of
   * unbounded size has passed the budget meanwhile. @throws when the store can't be read
   */
  leave(): Promise<boolean>;
  /** Counts what the request used in place of what was reserved. Never rejects: at worst the whole stays counted. */
  settle(used: Amount): Promise<void>;
  /** Reserves as much again, for a retry of a settled request. False when there is no room, or no telling. */
  renew(): Promise<boolean>;
}

/** Room for every request of a trial. */
export interface Grant {
  readonly kind: 'granted';
  /** In the order of the claims; null where nothing is counted, as in an account without a budget. */
  readonly reservations: readonly (Reservation | null)[];
  /** Gives back what no request has left for. Never rejects. */
  close(): Promise<void>;
}

/** No room, even once everything that is under way has ended. */
export interface Refusal {
  readonly kind: 'refused';
  readonly account: string;
  readonly budget: BudgetName;
  /** When there may be room again, ms since 1970; null: never, as the trial needs more than the whole budget. */
  readonly resumesAt: number | null;
}

/**
 * What accounts have used, against what they may use. Every request is counted at its worst before it is
 * sent, in the store, so that no crash, restart or concurrency passes a budget. Only an answer whose size
 * nothing bounds can, and of those one at a time is under way in an account.
 */
export interface Ledger {
  /**
   * Reserves all or nothing, so that a budget never ends in the middle of a trial. Where there is no room,
   * waits for what is under way: it may use less than was reserved. Null when `stop` aborts that.
   * @throws when the store can't be written
   */
  reserve(claims: readonly (Claim | null)[], stop: AbortSignal): Promise<Grant | Refusal | null>;
}

export interface LedgerDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

const nothingToCount: Grant = { kind: 'granted', reservations: [], close: async () => undefined };

/** The ledger of a store: `limits` by account. */
export function createLedger(deps: LedgerDeps, limits: ReadonlyMap<string, Budget>): Ledger {
  const books: Books = { deps, limits, open: new Set(), freed: new EventEmitter(), frees: 0 };
  books.freed.setMaxListeners(0);
  // Looking and reserving are one step: what a trial sees of the others must still be so when it is let in.
  const turns = new PQueue({ concurrency: 1 });
  return {
    reserve: async (all, stop) => {
      const claims = all.map((claim) => (claim !== null && limits.has(claim.account) ? claim : null));
      const counted = claims.filter((claim) => claim !== null);
      if (counted.length === 0) return nothingToCount;
      for (;;) {
        const { frees } = books;
        const tried = await turns.add(() => tryToOpen(books, claims, counted));
        if (tried.kind === 'granted') return tried;
        if (books.frees !== frees) continue;
        if (tried.kind === 'refused' && !isUnderWay(books, (claim) => claim.account === tried.account))
          return tried;
        try {
          await once(books.freed, 'freed', { signal: stop });
        } catch {
          return null;
        }
      }
    },
  };
}

interface Books {
  readonly deps: LedgerDeps;
  readonly limits: ReadonlyMap<string, Budget>;
  /** The claims of each trial that this process has under way. */
  readonly open: Set<readonly Claim[]>;
  readonly freed: EventEmitter;
  /** How often room was freed. */
  frees: number;
}

/** A request's place in the books. */
interface Entry {
  readonly claim: Claim;
  day: string;
  state: 'reserved' | 'sent' | 'settled';
}

function isUnderWay(books: Books, matters: (claim: Claim) => boolean): boolean {
  return [...books.open].some((trial) => trial.some(matters));
}

async function tryToOpen(
  books: Books,
  claims: readonly (Claim | null)[],
  counted: readonly Claim[],
): Promise<Grant | Refusal | { kind: 'wait' }> {
  const unbounded = new Set(counted.filter(({ bounded }) => !bounded).map(({ account }) => account));
  if (isUnderWay(books, ({ bounded, account }) => !bounded && unbounded.has(account)))
    return { kind: 'wait' };
  const days = await reserveAll(books, counted);
  if ('kind' in days) return days;
  books.open.add(counted);
  const entries = claims.map((claim): Entry | null =>
    claim === null ? null : { claim, day: dayOf(days, claim), state: 'reserved' },
  );
  return {
    kind: 'granted',
    reservations: entries.map((entry) => (entry === null ? null : reservation(books, entry))),
    close: () => close(books, entries, counted),
  };
}

type Days = ReadonlyMap<string, string>;

function dayOf(days: Days, { account }: Claim): string {
  return days.get(account) ?? '';
}

/** Adds the claims to the day that each account is in, or none of them. */
async function reserveAll(books: Books, claims: readonly Claim[]): Promise<Days | Refusal> {
  const { store, clock } = books.deps;
  const needs = new Map<string, Amount>();
  for (const { account, tokens, micros } of claims) {
    const sum = needs.get(account) ?? { tokens: 0, micros: 0 };
    needs.set(account, { tokens: sum.tokens + tokens, micros: sum.micros + micros });
  }
  return await store.transaction(async (tx) => {
    const now = clock.now();
    const days = new Map<string, string>();
    const refusals: Refusal[] = [];
    for (const [account, need] of needs) {
      const rows = await budgetDays(tx, account, monthStart(utcDay(now)));
      const day = latest(now, rows);
      days.set(account, day);
      const limits = books.limits.get(account);
      const found = limits ? exceeded(limits, spentOn(day, rows), need, day) : null;
      if (found !== null) refusals.push({ kind: 'refused', account, ...found });
    }
    const [refusal] = refusals.sort(latestFirst);
    if (refusal) return refusal;
    for (const claim of claims) await addToDay(tx, change(claim, dayOf(days, claim), 1, nothing));
    return days;
  });
}

function latestFirst(a: Exceeded, b: Exceeded): number {
  const [aAt, bAt] = [a, b].map(({ resumesAt }) => resumesAt ?? Number.MAX_SAFE_INTEGER);
  return (bAt ?? 0) - (aAt ?? 0);
}

const nothing: Amount = { tokens: 0, micros: 0 };

/** What reserving a claim (`sign` 1) or ending it (−1) adds to its account's day. */
function change(claim: Claim, day: string, sign: 1 | -1, used: Amount): BudgetDaysTable {
  return {
    account: claim.account,
    day,
    tokens: used.tokens,
    micros: used.micros,
    open_tokens: sign * claim.tokens,
    open_micros: sign * claim.micros,
  };
}

function reservation(books: Books, entry: Entry): Reservation {
  const { claim } = entry;
  return {
    leave: async () => {
      if (!claim.bounded && !(await isWithin(books, entry))) return false;
      entry.state = 'sent';
      return true;
    },
    settle: async (used) => {
      entry.state = 'settled';
      await writeDown(books, [entry], used);
      free(books);
    },
    renew: async () => {
      try {
        const days = await reserveAll(books, [claim]);
        if ('kind' in days) return false;
        entry.day = dayOf(days, claim);
        entry.state = 'reserved';
        return true;
      } catch (error) {
        books.deps.logger.error({ account: claim.account }, errorMessage(error));
        return false;
      }
    },
  };
}

/** Whether the account has kept its budget so far, this reservation included. */
async function isWithin(books: Books, { claim, day }: Entry): Promise<boolean> {
  const limits = books.limits.get(claim.account);
  if (!limits) return true;
  const rows = await budgetDays(books.deps.store.db, claim.account, monthStart(day));
  return exceeded(limits, spentOn(day, rows), nothing, day) === null;
}

async function close(
  books: Books,
  entries: readonly (Entry | null)[],
  counted: readonly Claim[],
): Promise<void> {
  // One that has left without an end stays counted: nobody knows what it used.
  const unsent = entries.filter((entry) => entry !== null).filter(({ state }) => state === 'reserved');
  if (unsent.length > 0) await writeDown(books, unsent, nothing);
  books.open.delete(counted);
  free(books);
}

async function writeDown(books: Books, entries: readonly Entry[], used: Amount): Promise<void> {
  const { store, logger } = books.deps;
  try {
    await store.transaction(async (tx) => {
      for (const { claim, day } of entries) await addToDay(tx, change(claim, day, -1, used));
    });
  } catch (error) {
    logger.error(`a request's worst case stays counted: ${errorMessage(error)}`);
  }
}

/** Lets those who wait look again. */
function free(books: Books): void {
  books.frees += 1;
  books.freed.emit('freed');
}
