import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from '../../src/app/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { noteValue, type Seen } from '../../src/jobs/declared-changes.js';
import { runRound } from '../../src/jobs/index.js';
import type { AnswerMeta, Endpoint } from '../../src/probes/outcome.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

/** What a sequence of values, one a trial from `from` on, is reported as. */
function changes(values: readonly string[], from = 1, start: readonly Seen[] = []): string[] {
  let recent = start;
  return values.flatMap((value, i) => {
    const noted = noteValue(recent, value, from + i);
    recent = noted.recent ?? recent;
    return noted.before === null ? [] : [`${from + i}: ${noted.before} → ${value}`];
  });
}

describe('what is a declared change', () => {
  it('is another value, not the first one', () => {
    expect(changes(['a', 'a', 'b', 'b', 'c'])).toEqual(['3: a → b', '5: b → c']);
  });

  it('is reported once while a fleet alternates, and anew when an old value comes back', () => {
    const alternating = Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 'a' : 'b'));
    expect(changes(alternating)).toEqual(['2: a → b']);
    expect(changes([...Array(10).fill('a'), ...Array(101).fill('b'), 'a'])).toEqual([
      '11: a → b',
      '112: b → a',
    ]);
    expect(changes([...Array(10).fill('a'), ...Array(60).fill('b'), 'a'])).toEqual(['11: a → b']);
  });

  it('is not a value that was only absent for long', () => {
    expect(changes(['a'], 900, [{ value: 'a', seq: 1 }])).toEqual([]);
  });

  it('keeps a bounded memory of a side that never says the same twice', () => {
    let recent: readonly Seen[] = [];
    for (let seq = 1; seq <= 50; seq += 1) recent = noteValue(recent, `v${seq}`, seq).recent ?? recent;
    expect(recent.map(({ value }) => value)).toEqual([
      'v50',
      'v49',
      'v48',
      'v47',
      'v46',
      'v45',
      'v44',
      'v43',
    ]);
  });
});

const newFolder = temporaryFolders();
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});
afterEach(async () => {
  await world.store.close();
});

/** A side whose answers carry what `meta` says of each, by its number from 1. */
function declaring(meta: (number: number) => Partial<AnswerMeta>): Endpoint {
  const side = speaker('plain');
  let number = 0;
  return {
    ask: async (prompt, signal) => {
      const result = await side.ask(prompt, signal);
      number += 1;
      return { ...result, meta: { ...result.meta, ...meta(number) } };
    },
  };
}

describe('a round', () => {
  it('records what answers carry, and logs what a side declares anew at its trial', async () => {
    const listed = declaring((n) => ({
      modelReturned: n < 4 ? 'm-2025' : 'm-2026',
      systemFingerprint: 'fp',
      provider: n < 6 ? 'One' : 'Other',
      reasoningTokens: 7,
      reasoningLength: 40,
      cachedTokens: 3,
      firstTokenMs: 12,
      logprobs: '[["Hi",-0.5,[]]]',
    }));
    // One trial after the other, so that they are asked in their order.
    const side = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', model: 'm', concurrency: 1 };
    const config = watchConfig({ trials_per_round: 8, listed: side, released: side });
    const { watch, decider } = await loadWatch(world, config, { listed, released: speaker('plain') });
    await runRound(world.context, watch, decider, 0, running);

    const rows = await world.store.db.selectFrom('log').selectAll().orderBy('height').execute();
    const entries = rows.map(({ kind, payload }) => ({ kind, payload: JSON.parse(payload) }));
    expect(entries.filter(({ kind }) => kind === 'declared-change').map(({ payload }) => payload)).toEqual([
      { epoch: 1, seq: 4, side: 'listed', field: 'model', before: 'm-2025', after: 'm-2026' },
      { epoch: 1, seq: 6, side: 'listed', field: 'provider', before: 'One', after: 'Other' },
    ]);
    const trial = entries.find(({ kind }) => kind === 'trial')?.payload;
    expect(trial.answers.find((answer: { side: string }) => answer.side === 'listed')).toMatchObject({
      model: 'm-2025',
      provider: 'One',
      reasoningTokens: 7,
      reasoningLength: 40,
      cachedTokens: 3,
      firstTokenMs: 12,
      logprobs: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const stored = await world.store.db
      .selectFrom('answers')
      .selectAll()
      .where('side', '=', 'listed')
      .execute();
    expect(stored[0]).toMatchObject({ logprobs: '[["Hi",-0.5,[]]]', provider: 'One', first_token_ms: 12 });
    await verifyLog(world.store.db);

    const [status] = await statusOf(world.store, [], world.clock.now());
    expect(status?.declaredChange).toMatchObject({
      side: 'listed',
      field: 'provider',
      before: 'One',
      after: 'Other',
      seq: 6,
    });
    expect(status?.verdict).toBe('undecided');
  });
});
