import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Budget } from '../../src/config/index.js';
import { createLogger } from '../../src/core/index.js';
import { type Claim, createLedger, type Grant, type Ledger, type Refusal } from '../../src/probes/budget.js';
import { budgetUse } from '../../src/probes/budget-limits.js';
import { openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();
const account = 'http://127.0.0.1:9/v1 KEY';
const other = 'http://127.0.0.1:9/v1 OTHER_KEY';
const never = new AbortController().signal;
const noon = Date.UTC(2026, 0, 30, 12);
const day = 86_400_000;

let path: string;
let store: Store;
let now: number;

beforeEach(async () => {
  path = join(newFolder(), 'budget.db');
  store = await openStore({ kind: 'sqlite', path });
  now = noon;
});

afterEach(async () => {
  await store.close();
});

function budget(more: Partial<Budget>): Budget {
  return { tokensPerDay: null, moneyPerDay: null, moneyPerMonth: null, ...more };
}

function ledger(limits: Budget, accounts: readonly string[] = [account]): Ledger {
  const clock = { now: () => now, sleep: () => Promise.reject(new Error('nothing here waits')) };
  const deps = { store, clock, logger: createLogger({ level: 'silent' }) };
  return createLedger(deps, new Map(accounts.map((key) => [key, limits])));
}

function claim(tokens: number, more: Partial<Claim> = {}): Claim {
  return { account, tokens, micros: tokens, bounded: true, ...more };
}

async function granted(book: Ledger, ...claims: Claim[]): Promise<Grant> {
  const answer = await book.reserve(claims, never);
  if (answer?.kind !== 'granted') throw new Error(`no room: ${JSON.stringify(answer)}`);
  return answer;
}

async function refused(book: Ledger, ...claims: Claim[]): Promise<Refusal> {
  const answer = await book.reserve(claims, never);
  if (answer?.kind !== 'refused') throw new Error('there was room');
  return answer;
}

/** Sends every request of a grant, each using `tokens`. */
async function spend(grant: Grant, tokens: number): Promise<void> {
  for (const reservation of grant.reservations) {
    expect(await reservation?.leave()).toBe(true);
    await reservation?.settle({ tokens, micros: tokens });
  }
  await grant.close();
}

async function used(limits: Budget, key = account): Promise<number[]> {
  return (await budgetUse(store.db, key, limits, now)).map((use) => use.used);
}

const daily = budget({ tokensPerDay: 100 });

describe('a budget', () => {
  it('lets in what fits exactly, and not one token more', async () => {
    const book = ledger(daily);
    await spend(await granted(book, claim(60), claim(40)), 50);
    expect(await used(daily)).toEqual([100]);
    expect(await refused(book, claim(1))).toMatchObject({
      budget: 'tokens_per_day',
      resumesAt: Date.UTC(2026, 0, 31),
    });
  });

  it('gives back what was reserved and not used, and what never left', async () => {
    const book = ledger(daily);
    const grant = await granted(book, claim(50), claim(50));
    expect(await used(daily)).toEqual([100]);
    await grant.reservations[0]?.leave();
    await grant.reservations[0]?.settle({ tokens: 7, micros: 7 });
    await grant.close();
    expect(await used(daily)).toEqual([7]);
    await spend(await granted(book, claim(93)), 93);
  });

  it('keeps both sides of a trial or neither', async () => {
    const book = ledger(daily, [account, other]);
    await spend(await granted(book, claim(60)), 60);
    expect(await refused(book, claim(30, { account: other }), claim(41))).toMatchObject({ account });
    expect(await used(daily, other)).toEqual([0]);
    await granted(book, claim(60, { account: other }), claim(40));
  });

  it('says that a trial larger than the whole budget will never fit', async () => {
    expect(await refused(ledger(daily), claim(60), claim(41))).toMatchObject({ resumesAt: null });
  });

  it('begins anew with the day and the month of UTC', async () => {
    const limits = budget({ moneyPerDay: 100, moneyPerMonth: 150 });
    const book = ledger(limits);
    await spend(await granted(book, claim(100)), 100);
    expect(await refused(book, claim(1))).toMatchObject({
      budget: 'money_per_day',
      resumesAt: Date.UTC(2026, 0, 31),
    });
    now = Date.UTC(2026, 0, 31) - 1;
    await refused(book, claim(1));
    now += 1;
    await spend(await granted(book, claim(50)), 50);
    // Both the day's and the month's have no room for 60; the month's opens later.
    expect(await refused(book, claim(60))).toMatchObject({
      budget: 'money_per_month',
      resumesAt: Date.UTC(2026, 1, 1),
    });
    now = Date.UTC(2026, 1, 1);
    expect(await used(limits)).toEqual([0, 0]);
    await spend(await granted(book, claim(100)), 100);
    now = Date.UTC(2026, 11, 31, 23);
    await spend(await granted(book, claim(100)), 100);
    expect(await refused(book, claim(70))).toMatchObject({ resumesAt: Date.UTC(2027, 0, 1) });
  });

  it('counts a request on the day that it was reserved on', async () => {
    const book = ledger(daily);
    const grant = await granted(book, claim(100));
    now += day;
    await spend(grant, 80);
    expect(await used(daily)).toEqual([0]);
    now -= day;
    expect(await used(daily)).toEqual([80]);
  });

  it('is not given again by a clock that is set back', async () => {
    const limits = budget({ tokensPerDay: 100, moneyPerMonth: 1000 });
    const book = ledger(limits);
    now = Date.UTC(2026, 1, 1, 1);
    await spend(await granted(book, claim(100)), 100);
    now = noon;
    expect(await refused(book, claim(1))).toMatchObject({ resumesAt: Date.UTC(2026, 1, 2) });
    expect(await used(limits)).toEqual([100, 100]);
    now = Date.UTC(2026, 1, 2);
    await granted(book, claim(100));
  });

  it('stays spent over a restart; what a crash interrupted counts as reserved', async () => {
    const grant = await granted(ledger(daily), claim(30), claim(30), claim(30));
    await grant.reservations[0]?.leave();
    await grant.reservations[0]?.settle({ tokens: 5, micros: 5 });
    await grant.reservations[1]?.leave();
    // The process is gone: nobody settles or closes.
    await store.close();
    store = await openStore({ kind: 'sqlite', path });
    const after = ledger(daily);
    expect(await used(daily)).toEqual([65]);
    await refused(after, claim(36));
    await spend(await granted(after, claim(35)), 35);
    expect(await used(daily)).toEqual([100]);
  });

  it('stays at the worst case where a request left and its end is unknown, or can not be written', async () => {
    const book = ledger(daily);
    const grant = await granted(book, claim(40), claim(40));
    await grant.reservations[0]?.leave();
    await grant.close();
    expect(await used(daily)).toEqual([40]);
    const next = await granted(book, claim(60));
    await next.reservations[0]?.leave();
    await store.db.schema.alterTable('budget_days').renameTo('gone').execute();
    await next.reservations[0]?.settle({ tokens: 1, micros: 1 });
    await next.close();
    expect(await next.reservations[0]?.renew()).toBe(false);
    await store.db.schema.alterTable('gone').renameTo('budget_days').execute();
    expect(await used(daily)).toEqual([100]);
  });

  it('is asked anew for a retry, which may be refused', async () => {
    const book = ledger(daily);
    const grant = await granted(book, claim(60));
    const [reservation] = grant.reservations;
    await reservation?.leave();
    await reservation?.settle({ tokens: 0, micros: 0 });
    expect(await reservation?.renew()).toBe(true);
    expect(await used(daily)).toEqual([60]);
    await reservation?.leave();
    await reservation?.settle({ tokens: 60, micros: 60 });
    expect(await reservation?.renew()).toBe(false);
    expect(await used(daily)).toEqual([60]);
    await grant.close();
  });
});

describe('trials at once', () => {
  it('never reserve more than there is, whoever comes first', async () => {
    const book = ledger(daily);
    const asked = Array.from({ length: 12 }, () => book.reserve([claim(10), claim(10)], never));
    const first = await Promise.all(asked.slice(0, 5));
    expect(await used(daily)).toEqual([100]);
    // The others wait: those under way may use less.
    for (const grant of first) await spend(grant as Grant, 10);
    const rest = await Promise.all(asked.slice(5));
    expect(rest.map((answer) => answer?.kind)).toEqual(Array(7).fill('refused'));
    expect(await used(daily)).toEqual([100]);
  });

  it('wait for room that those under way give back', async () => {
    const book = ledger(daily);
    const first = await granted(book, claim(80));
    const waiting = book.reserve([claim(60)], never);
    await first.reservations[0]?.leave();
    await first.reservations[0]?.settle({ tokens: 40, micros: 40 });
    expect(await waiting).toMatchObject({ kind: 'granted' });
    await first.close();
  });

  it('do not wait on for a budget that nothing under way can free, nor after a stop', async () => {
    const book = ledger(daily, [account, other]);
    const busy = await granted(book, claim(90, { account: other }));
    await spend(await granted(book, claim(100)), 100);
    await refused(book, claim(1), claim(1, { account: other }));
    const stop = new AbortController();
    const waiting = book.reserve([claim(20, { account: other })], stop.signal);
    stop.abort();
    expect(await waiting).toBeNull();
    await busy.close();
  });

  it('of unbounded size run one after the other, and stop where one has passed the budget', async () => {
    const book = ledger(daily);
    const open = claim(15, { bounded: false });
    const first = await granted(book, open, open);
    const second = book.reserve([open], never);
    // One of bounded size may run beside them, though it came later.
    const beside = await granted(book, claim(10));
    expect(await used(daily)).toEqual([40]);
    await first.reservations[0]?.leave();
    await first.reservations[0]?.settle({ tokens: 400, micros: 400 });
    expect(await first.reservations[1]?.leave()).toBe(false);
    await spend(beside, 10);
    await first.close();
    expect(await second).toMatchObject({ kind: 'refused' });
    expect(await used(daily)).toEqual([410]);
  });
});

interface Step {
  readonly claims: readonly { readonly tokens: number; readonly bounded: boolean; readonly share: number }[];
  readonly crash: boolean;
  readonly hours: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  claims: fc.array(
    fc.record({
      tokens: fc.integer({ min: 1, max: 60 }),
      bounded: fc.boolean(),
      share: fc.double({ min: 0, max: 4, noNaN: true }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  crash: fc.boolean(),
  hours: fc.integer({ min: -30, max: 14 }),
});

it('is never passed by more than one request, whatever is used, in whatever order, crashes included', async () => {
  const limits = budget({ tokensPerDay: 200, moneyPerMonth: 500 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await store.db.deleteFrom('budget_days').execute();
      now = noon;
      let life = { book: ledger(limits), over: new AbortController() };
      let largest = 0;
      const run = async ({ claims, crash, hours }: Step): Promise<void> => {
        now += hours * 3_600_000;
        const { book, over } = life;
        const answer = await book.reserve(
          claims.map(({ tokens, bounded }) => claim(tokens, { bounded })),
          over.signal,
        );
        if (answer?.kind !== 'granted') return;
        for (const [i, { tokens, bounded, share }] of claims.entries()) {
          const reservation = answer.reservations[i];
          // Servers keep max_tokens; what nothing limits may be of any size.
          const real = Math.round(tokens * (bounded ? Math.min(share, 1) : share));
          if (over.signal.aborted || !(await reservation?.leave())) break;
          largest = Math.max(largest, real, tokens);
          // Whatever else was under way is gone with it.
          if (crash) over.abort();
          if (over.signal.aborted) break;
          await reservation?.settle({ tokens: real, micros: real });
        }
        if (!over.signal.aborted) return await answer.close();
        if (life.over === over) life = { book: ledger(limits), over: new AbortController() };
      };
      for (let i = 0; i < steps.length; i += 3) await Promise.all(steps.slice(i, i + 3).map(run));
      const rows = await store.db.selectFrom('budget_days').selectAll().execute();
      const months = new Map<string, number>();
      for (const row of rows) {
        expect(row.tokens + row.open_tokens).toBeLessThanOrEqual(200 + largest);
        const month = row.day.slice(0, 7);
        months.set(month, (months.get(month) ?? 0) + row.micros + row.open_micros);
      }
      for (const spent of months.values()) expect(spent).toBeLessThanOrEqual(500 + largest);
    }),
    { numRuns: 60 },
  );
});
