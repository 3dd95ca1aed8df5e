import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Delivery, Sender, SendResult } from '../../src/alerts/index.js';
import { createOutbox, runRound } from '../../src/jobs/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
  const alerts = [
    { kind: 'console' },
    { kind: 'webhook', url: 'http://127.0.0.1:9/hook', secret_env: 'HOOK_SECRET' },
  ];
  // One message for each target: what makes the difference large comes after it was found.
  const config = watchConfig({
    alerts,
    alpha: 0.05,
    incidents: { min_severity: 'material' },
    trials_per_round: 40,
  });
  const { watch, decider } = await loadWatch(world, config, {
    listed: speaker('tuned'),
    released: speaker('plain'),
  });
  await runRound(world.context, watch, decider, 0, running);
});

afterEach(async () => {
  await world.store.close();
});

/** Answers each attempt with what `result` says, and keeps the attempts. */
function receiver(result: (kind: string) => SendResult): Sender & { readonly got: Delivery[] } {
  const got: Delivery[] = [];
  return {
    got,
    send: async (delivery) => {
      got.push(delivery);
      return result(delivery.target.kind);
    },
    mail: async () => sent,
    close: () => undefined,
  };
}

async function rows(): Promise<{ status: string; attempts: number; next_attempt_at: number }[]> {
  return await world.store.db
    .selectFrom('deliveries')
    .select(['status', 'attempts', 'next_attempt_at'])
    .orderBy('id')
    .execute();
}

const sent: SendResult = { kind: 'sent', detail: 'taken' };
const down: SendResult = { kind: 'retry', reason: 'connection refused', retryAfterMs: null };

it('tries a receiver that is down again, after a wait and after restarts, and sends once it is up', async () => {
  expect(world.opened).toEqual(['pair']);
  const first = receiver((kind) => (kind === 'webhook' ? down : sent));
  const outbox = createOutbox(world.context, first);
  await outbox.drain();
  expect(first.got.map(({ target }) => target.kind).sort()).toEqual(['console', 'webhook']);
  expect(await rows()).toMatchObject([
    { status: 'sent', attempts: 1 },
    { status: 'pending', attempts: 1 },
  ]);
  // Not due yet: another look sends nothing.
  await outbox.drain();
  expect(first.got).toHaveLength(2);
  await outbox.stop();

  const second = receiver(() => sent);
  world.clock.time = (await rows())[1]?.next_attempt_at ?? 0;
  const restarted = createOutbox(world.context, second);
  await restarted.drain();
  await restarted.drain();
  await restarted.stop();
  expect(second.got).toHaveLength(1);
  expect(second.got[0]).toEqual(first.got.find(({ target }) => target.kind === 'webhook'));
  expect(await rows()).toMatchObject([
    { status: 'sent', attempts: 1 },
    { status: 'sent', attempts: 2 },
  ]);
  const noted = await world.store.db.selectFrom('log').selectAll().where('kind', '=', 'delivery').execute();
  expect(noted).toHaveLength(2);
});

it('waits at least as long as the receiver asks, and gives up where another try is useless', async () => {
  const sender = receiver((kind) =>
    kind === 'webhook'
      ? { kind: 'retry', reason: '429', retryAfterMs: 600_000 }
      : { kind: 'rejected', reason: 'gone' },
  );
  const before = world.clock.time;
  const outbox = createOutbox(world.context, sender);
  await outbox.drain();
  await outbox.stop();
  const [console, webhook] = await rows();
  expect(console?.status).toBe('rejected');
  expect(webhook?.status).toBe('pending');
  expect(webhook?.next_attempt_at).toBeGreaterThanOrEqual(before + 600_000);
});

it('leaves a delivery that its own stop broke off to the next start', async () => {
  let begun = (): void => undefined;
  const sending = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const outbox = createOutbox(world.context, {
    send: (_, signal) =>
      new Promise((resolve) => {
        begun();
        signal.addEventListener('abort', () => resolve(down));
      }),
    mail: async () => sent,
    close: () => undefined,
  });
  outbox.wake();
  await sending;
  await outbox.stop();
  expect(await rows()).toMatchObject([
    { status: 'pending', attempts: 0 },
    { status: 'pending', attempts: 0 },
  ]);
});

/** Adds a delivery about the same incident, to a target that only its name tells apart. */
async function add(id: string, to: string, createdAt: number, kind = 'slack'): Promise<void> {
  const [row] = await world.store.db.selectFrom('deliveries').selectAll().execute();
  const target = JSON.stringify(kind === 'email' ? { kind, to } : { kind, urlEnv: to });
  const values = { ...row!, id, target, status: 'pending' as const, attempts: 0 };
  const times = { created_at: createdAt, next_attempt_at: createdAt, last_error: null, finished_at: null };
  await world.store.db
    .insertInto('deliveries')
    .values({ ...values, ...times })
    .execute();
}

it('keeps the order for a target, and lets one that hangs delay no other', async () => {
  const start = world.clock.time;
  await world.store.db.deleteFrom('deliveries').where('id', 'like', '%webhook%').execute();
  await add('late', 'fine@example.org', start - 10);
  await add('early', 'fine@example.org', start - 20);
  for (let i = 0; i < 60; i += 1) await add(`hang-${i}`, `hang-${i % 20}@example.org`, start - 100 - i);
  const got: string[] = [];
  let over = (): void => undefined;
  const fineDone = new Promise<void>((resolve) => {
    over = resolve;
  });
  const outbox = createOutbox(world.context, {
    send: async (delivery, signal) => {
      got.push(delivery.id);
      if (delivery.id === 'late') over();
      if (!delivery.id.startsWith('hang')) return sent;
      return await new Promise((resolve) => signal.addEventListener('abort', () => resolve(down)));
    },
    mail: async () => sent,
    close: () => undefined,
  });
  outbox.wake();
  await fineDone;
  await outbox.stop();
  expect(got.filter((id) => id === 'early' || id === 'late')).toEqual(['early', 'late']);
  expect(
    got.filter((id) => id.startsWith('hang')),
    'one at a time for each target',
  ).toHaveLength(20);
});

it('leaves a target that keeps failing alone for a while, and then tries once', async () => {
  const start = world.clock.time;
  for (let i = 0; i < 10; i += 1) await add(`down-${i}`, 'down@example.org', start - 100 + i);
  // About one incident, a message waits for the earlier ones: here each is about its own.
  const [incident] = await world.store.db.selectFrom('incidents').selectAll().execute();
  for (let i = 0; i < 10; i += 1) {
    const id = `other-${i}`;
    await world.store.db
      .insertInto('incidents')
      .values({ ...incident!, id, epoch: 100 + i })
      .execute();
    const { db } = world.store;
    await db.updateTable('deliveries').set({ incident_id: id }).where('id', '=', `down-${i}`).execute();
  }
  const sender = receiver((kind) => (kind === 'slack' ? down : sent));
  const tried = () => sender.got.filter(({ target }) => target.kind === 'slack').map(({ id }) => id);
  const outbox = createOutbox(world.context, sender);
  await outbox.drain();
  expect(tried()).toEqual(['down-0', 'down-1', 'down-2', 'down-3', 'down-4']);
  await outbox.drain();
  expect(tried()).toHaveLength(5);
  world.clock.time += 31_000;
  await outbox.drain();
  expect(tried()).toHaveLength(6);
  await outbox.stop();
});

it('keeps trying other mails where one is put off, and leaves a mail server that is down alone', async () => {
  const start = world.clock.time;
  for (let i = 0; i < 300; i += 1) await add(`mail-${i}`, `reader-${i}`, start - 1000 + i, 'email');
  // A second message to the first reader, which waits behind the first.
  await add('mail-later', 'reader-0', start - 1, 'email');
  let inFlight = 0;
  let most = 0;
  const tried: string[] = [];
  const sender = (result: (to: string) => SendResult): Sender => ({
    send: async ({ id, target }) => {
      if (target.kind !== 'email') return sent;
      tried.push(id);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return result(target.to);
    },
    mail: async () => sent,
    close: () => undefined,
  });
  const off = createOutbox(
    world.context,
    sender(() => down),
  );
  await off.drain();
  await off.stop();
  expect(tried.length).toBeGreaterThanOrEqual(5);
  expect(tried.length, 'those at work when the fifth failed').toBeLessThanOrEqual(12);
  expect(
    await world.store.db.selectFrom('deliveries').select('id').where('status', '=', 'sent').execute(),
  ).toHaveLength(2);

  tried.length = 0;
  world.clock.time += 600_000;
  const grey = createOutbox(
    world.context,
    sender((to) => (to.startsWith('reader-0') ? { ...down, isDeferred: true } : sent)),
  );
  await grey.drain();
  await grey.stop();
  expect(most).toBe(8);
  expect(new Set(tried).size, 'each is tried once').toBe(tried.length);
  expect(tried).toHaveLength(300);
  expect(tried).not.toContain('mail-later');
});

it('does not send over and over what it can not note', async () => {
  // A full disk, as far as the outbox can tell: each write of a delivery fails.
  await sql`create trigger full before update on deliveries begin select raise(abort, 'disk is full'); end`.execute(
    world.store.db,
  );
  let waits = 0;
  const clock = {
    ...world.clock,
    now: () => world.clock.now(),
    sleep: (_: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        waits += 1;
        signal?.addEventListener('abort', () => resolve(), { once: true });
        if (waits === 1) bothWait();
      }),
  };
  let bothWait = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    bothWait = resolve;
  });
  const target = receiver(() => sent);
  const outbox = createOutbox({ ...world.context, clock }, target);
  outbox.wake();
  await waiting;
  outbox.wake();
  await outbox.stop();
  expect(target.got).toHaveLength(2);
  expect((await rows()).map(({ status }) => status)).toEqual(['pending', 'pending']);
});
