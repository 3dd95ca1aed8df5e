import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Delivery, Sender, SendResult } from '../../src/alerts/index.js';
import { createOutbox, runRound, type StopSignals } from '../../src/jobs/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const running: StopSignals = { draining: new AbortController().signal, abort: new AbortController().signal };
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
  const alerts = [
    { kind: 'console' },
    { kind: 'webhook', url: 'http://127.0.0.1:9/hook', secret_env: 'HOOK_SECRET' },
  ];
  const config = watchConfig({ alerts, alpha: 0.05, trials_per_round: 40 });
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
