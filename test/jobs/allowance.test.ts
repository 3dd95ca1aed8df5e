import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAllowance } from '../../src/jobs/allowance.js';
import { type Claim, createLedger, type Grant, type Ledger } from '../../src/probes/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { never, openWorld, type World } from './_world.js';

const newFolder = temporaryFolders();
const claim: Claim = { account: 'a', tokens: 1, micros: 10, bounded: true };
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});
afterEach(() => world.store.close());

function ledger(tokensPerDay = 1000): Ledger {
  const budget = { tokensPerDay, moneyPerDay: null, moneyPerMonth: null };
  return createLedger(world.context, new Map([['a', budget]]));
}

async function granted(own: Ledger, claims: readonly (Claim | null)[]): Promise<Grant> {
  const answer = await own.reserve(claims, never);
  if (answer?.kind !== 'granted') throw new Error('no room');
  return answer;
}

it('counts a retry as one more request, and what has left without an end at its worst', async () => {
  const allowance = createAllowance(ledger(), { maxTrials: 9, maxMicros: 35 });
  const grant = await granted(allowance.ledger, [claim, claim, null]);
  const [first, second, third] = grant.reservations;
  expect(third).toBeNull();
  await first?.leave();
  await first?.settle({ tokens: 1, micros: 8 });
  // 8 are spent and 10 reserved: room for 17 more.
  expect(await first?.renew()).toBe(true);
  await first?.leave();
  await first?.settle({ tokens: 1, micros: 9 });
  await second?.leave();
  await grant.close();
  expect(allowance.micros()).toBe(27);
  expect(await first?.renew()).toBe(false);
  expect(await allowance.ledger.reserve([claim], never)).toBeNull();
  expect(allowance.used.aborted).toBe(true);
  expect(allowance.trials()).toBe(1);
});

it('gives back what was not sent, and waits for it', async () => {
  const allowance = createAllowance(ledger(), { maxTrials: 9, maxMicros: 20 });
  const grant = await granted(allowance.ledger, [claim, claim]);
  const next = allowance.ledger.reserve([claim, claim], never);
  await grant.close();
  expect(await next).toMatchObject({ kind: 'granted' });
  expect(allowance).toMatchObject({ used: { aborted: false } });
  expect(allowance.micros()).toBe(0);
});

it('stops waiting when it is told to', async () => {
  const allowance = createAllowance(ledger(), { maxTrials: 9, maxMicros: 20 });
  await granted(allowance.ledger, [claim, claim]);
  const stop = new AbortController();
  const next = allowance.ledger.reserve([claim], stop.signal);
  stop.abort();
  expect(await next).toBeNull();
  expect(allowance.used.aborted).toBe(false);
});

it("passes on that an account's own budget has no room, and reserves nothing then", async () => {
  const allowance = createAllowance(ledger(1), { maxTrials: 9, maxMicros: 20 });
  for (let trial = 0; trial < 5; trial += 1) {
    const answer = await allowance.ledger.reserve([claim, claim], never);
    expect(answer).toMatchObject({ kind: 'refused', budget: 'tokens_per_day' });
  }
  expect(allowance.trials()).toBe(0);
});
