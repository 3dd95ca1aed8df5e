import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { statusOf } from '../../src/app/index.js';
import { parseWatchFile, type WatchConfig } from '../../src/config/index.js';
import { runRound, transportState } from '../../src/jobs/index.js';
import type { Endpoint } from '../../src/probes/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World } from './_world.js';

const newFolder = temporaryFolders();
const DAY = 86_400_000;
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});
afterEach(async () => {
  await world.store.close();
});

const api = (model: string): object => ({ kind: 'openai', base_url: 'http://127.0.0.1:9/v1', model });
const page = { kind: 'browser', site: 'plain-chat', url: 'http://127.0.0.1:9/', model: 'm', contact: 'us' };

function watches(...more: object[]): WatchConfig[] {
  const list = more.map((watch, i) => ({
    id: `w${i}`,
    schedule: '0 12 * * *',
    trials_per_round: 60,
    ...watch,
  }));
  return [...parseWatchFile(stringify({ version: 1, watches: list }), 'twinwatch.yaml', null).watches];
}

function problem(...more: object[]): string {
  try {
    watches(...more);
    return 'none';
  } catch (error) {
    return String(error);
  }
}

async function run(config: WatchConfig, listed: Endpoint, released: Endpoint): Promise<void> {
  const loaded = await loadWatch(world, config, { listed, released });
  await runRound(world.context, loaded.watch, loaded.decider, world.clock.now(), running);
}

/** Says the prompt back: two of them are equal in every trial, and found equivalent after a few dozen. */
function echo(): Endpoint {
  const side = speaker('plain');
  return {
    ask: async (prompt, signal) => ({
      ...(await side.ask(prompt, signal)),
      outcome: { kind: 'answer', text: prompt },
    }),
  };
}

describe('the transport of a watch', () => {
  it('is shared by two APIs of any kind, and not by an API and a page', async () => {
    const [apis, mixed] = watches(
      { listed: api('a'), released: { kind: 'anthropic', model: 'b', params: { max_tokens: 100 } } },
      { listed: page, released: api('b') },
    );
    expect(await transportState(world.store.db, apis as WatchConfig, 0)).toBe('shared');
    expect(await transportState(world.store.db, mixed as WatchConfig, 0)).toBe('not-excluded');
  });

  it('is excluded while a known model, sent through both ways, was found equivalent not long ago', async () => {
    const [control, watch] = watches(
      { listed: page, released: api('known') },
      { listed: page, released: api('b'), transport_control: 'w0' },
    ) as [WatchConfig, WatchConfig];
    const state = (now: number): ReturnType<typeof transportState> =>
      transportState(world.store.db, watch, now);
    expect(await state(world.clock.now())).toBe('not-excluded');
    await run(control, echo(), echo());
    expect(await state(world.clock.now())).toBe('excluded');
    expect(await state(world.clock.now() + 31 * DAY)).toBe('not-excluded');
  });

  it('stands beside a verdict of different, and in the alert, until it is excluded', async () => {
    const config = watches({ listed: page, released: api('b') });
    await run(config[0] as WatchConfig, speaker('tuned'), speaker('plain'));
    const [status] = await statusOf(world.store, config, world.clock.now());
    expect(status).toMatchObject({ verdict: 'different', transport: 'not-excluded' });
    expect(status?.sentence).toMatch(/read in different ways/);
    const { content } = await world.store.db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
    expect(JSON.parse(content)).toMatchObject({ transport: 'not-excluded' });
  });

  it('takes for a control only another watch that is reached in the same two ways', () => {
    const mixed = { listed: page, released: api('b') };
    expect(problem({ ...mixed, transport_control: 'w1' }, { listed: api('a'), released: page })).toBe('none');
    expect(problem({ ...mixed, transport_control: 'gone' })).toMatch(/is no watch of this file/);
    expect(problem({ ...mixed, transport_control: 'w0' })).toMatch(/must be another watch/);
    expect(problem({ ...mixed, transport_control: 'w1' }, { listed: api('a'), released: api('b') })).toMatch(
      /transport_control: is reached in other ways \(api, api\) than this watch \(api, page plain-chat\)/,
    );
    expect(problem({ listed: api('a'), released: api('b'), transport_control: 'w1' }, mixed)).toMatch(
      /is not needed/,
    );
  });
});
