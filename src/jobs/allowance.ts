import { EventEmitter, once } from 'node:events';
import type { Claim, Ledger, Reservation } from '../probes/index.js';

/** What a verification may use at most. */
export interface VerifyLimits {
  /** Trials that this call starts. */
  readonly maxTrials: number;
  /** Millionths of the price's currency that this call's requests cost; null: not limited. */
  readonly maxMicros: number | null;
}

/** Counts what a call uses on top of the accounts' budgets, and starts no trial that could pass its limits. */
export interface Allowance {
  readonly ledger: Ledger;
  /** Aborts when the next trial has no room. */
  readonly used: AbortSignal;
  /** Trials that were started. */
  trials(): number;
  /** Millionths that ended requests have cost. */
  micros(): number;
}

interface Books {
  trials: number;
  /** Trials under way. */
  running: number;
  settled: number;
  /** Reserved at its worst, not settled. */
  open: number;
}

/** Reserves so many millionths; false where there is no room. */
type Take = (micros: number) => boolean;

/**
 * As with budgets, every request counts at its worst before it is sent. Only an answer whose size nothing
 * bounds (no max_tokens) can pass the limit in money.
 */
export function createAllowance(ledger: Ledger, limits: VerifyLimits): Allowance {
  const books: Books = { trials: 0, running: 0, settled: 0, open: 0 };
  const used = new AbortController();
  const freed = new EventEmitter();
  const take: Take = (micros) => {
    if (limits.maxMicros !== null && books.settled + books.open + micros > limits.maxMicros) return false;
    books.open += micros;
    return true;
  };
  const awaitRoom = async (micros: number, stop: AbortSignal): Promise<boolean> => {
    if (books.trials >= limits.maxTrials) used.abort();
    while (!used.signal.aborted && !take(micros)) {
      // What is under way may cost less than was reserved.
      if (books.running === 0) used.abort();
      else await once(freed, 'freed', { signal: stop }).catch(() => undefined);
      if (stop.aborted) return false;
    }
    return !used.signal.aborted;
  };

  return {
    used: used.signal,
    trials: () => books.trials,
    micros: () => books.settled,
    ledger: {
      reserve: async (claims, stop) => {
        const worst = claims.reduce((sum, claim) => sum + (claim?.micros ?? 0), 0);
        if (!(await awaitRoom(worst, stop))) return null;
        const answer = await ledger.reserve(claims, stop);
        if (answer?.kind !== 'granted') {
          books.open -= worst;
          return answer;
        }
        books.trials += 1;
        books.running += 1;
        const own = claims.map((claim, i) =>
          claim === null ? null : countedReservation(books, take, claim, answer.reservations[i] ?? null),
        );
        return {
          kind: 'granted',
          reservations: own,
          close: async () => {
            await answer.close();
            for (const reservation of own) reservation?.release();
            books.running -= 1;
            freed.emit('freed');
          },
        };
      },
    },
  };
}

interface CountedReservation extends Reservation {
  /** The trial is over: what was not sent costs nothing, what has left without an end costs its worst. */
  release(): void;
}

function countedReservation(
  books: Books,
  take: Take,
  { micros }: Claim,
  inner: Reservation | null,
): CountedReservation {
  let state: 'reserved' | 'sent' | 'settled' = 'reserved';
  const end = (cost: number): void => {
    books.open -= micros;
    books.settled += cost;
    state = 'settled';
  };
  return {
    leave: async () => {
      if (inner !== null && !(await inner.leave())) return false;
      state = 'sent';
      return true;
    },
    settle: async (amount) => {
      end(amount.micros);
      await inner?.settle(amount);
    },
    renew: async () => {
      if (!take(micros)) return false;
      if (inner !== null && !(await inner.renew())) {
        books.open -= micros;
        return false;
      }
      state = 'reserved';
      return true;
    },
    release: () => {
      if (state !== 'settled') end(state === 'sent' ? micros : 0);
    },
  };
}
