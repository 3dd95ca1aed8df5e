import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, seededRandom } from '../../src/core/index.js';
import { appendLog, verifyLog } from '../../src/evidence/index.js';
import { entryText } from '../../src/evidence/log-entry.js';
import { logEntriesFrom, logHead, openStore, type Store } from '../../src/store/index.js';
import { addWatch, temporaryFolder } from '../store/_rows.js';

const GENESIS = '0'.repeat(64);
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ kind: 'sqlite', path: join(folder.path, 'store.db') });
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

async function currentHead(): Promise<{ height: number; hash: string }> {
  const head = await logHead(store.db);
  return { height: head?.height ?? -1, hash: head?.hash ?? GENESIS };
}

async function fill(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await store.transaction((tx) =>
      appendLog(tx, 1000 + i, [
        {
          kind: 'trial',
          watchId: i % 3 === 0 ? null : 'w',
          payload: { number: i, text: `\u0000\u001b "é" ${i}` },
        },
      ]),
    );
}

describe('appendLog', () => {
  it('spells entries as canonical JSON does', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => one.isWellFormed());
    fc.assert(
      fc.property(
        fc.nat(),
        fc.maxSafeNat(),
        text,
        fc.option(text),
        text,
        (height, at, kind, watch, payload) => {
          const entry = { height, at, kind, watch_id: watch, payload, prev_hash: GENESIS };
          const fields = { height, at, kind, watch, payload, prev: GENESIS };
          expect(entryText(entry)).toBe(canonicalJson(fields));
        },
      ),
    );
  });

  it('chains entries that anyone can recompute', async () => {
    expect(await currentHead()).toEqual({ height: -1, hash: GENESIS });
    expect(await verifyLog(store.db)).toMatchObject({ height: -1, hash: GENESIS });
    const first = await store.transaction((tx) =>
      appendLog(tx, 7, [
        { kind: 'round-plan', watchId: 'w', payload: { b: 1, a: '\ud83d' } },
        { kind: 'verdict', watchId: null, payload: ['x'] },
      ]),
    );
    const none = await store.transaction((tx) => appendLog(tx, 8, []));
    expect(none).toEqual(first);
    const entries = await logEntriesFrom(store.db, 0, 10);
    let prev = GENESIS;
    for (const entry of entries) {
      // Written out by hand, with the keys in RFC 8785's order.
      const body = `{"at":7,"height":${entry.height},"kind":"${entry.kind}","payload":${JSON.stringify(entry.payload)},"prev":"${prev}","watch":${JSON.stringify(entry.watch_id)}}`;
      expect(entry.prev_hash).toBe(prev);
      expect(entry.hash).toBe(createHash('sha256').update(body).digest('hex'));
      prev = entry.hash;
    }
    expect(entries.map((entry) => entry.payload)).toEqual(['{"a":"\ufffd","b":1}', '["x"]']);
    expect(first).toEqual({ height: 1, hash: prev });
    expect(await currentHead()).toEqual(first);
    expect(await verifyLog(store.db)).toMatchObject(first);
  });

  it('is undone with the transaction of the data it speaks of', async () => {
    await fill(2);
    const before = await currentHead();
    const attempt = store.transaction(async (tx) => {
      await appendLog(tx, 9, [{ kind: 'trial', watchId: 'w', payload: 1 }]);
      // A row that the store refuses: there is no such trial.
      await sql`INSERT INTO deliveries (id, message_id, target, status, attempts, next_attempt_at, created_at)
        VALUES ('d', 'none', '{}', 'pending', 0, 0, 0)`.execute(tx);
    });
    await expect(attempt).rejects.toThrow(/FOREIGN KEY/);
    expect(await currentHead()).toEqual(before);
    const bad = store.transaction(async (tx) => {
      await sql`UPDATE log SET kind = kind`.execute(tx);
      await appendLog(tx, 9, [{ kind: 'trial', watchId: 'w', payload: Number.NaN }]);
    });
    await expect(bad).rejects.toThrow(/JSON/);
    expect(await verifyLog(store.db)).toMatchObject(before);
    await addWatch(store);
    await fill(1);
    expect((await verifyLog(store.db)).height).toBe(before.height + 1);
  });

  it('keeps one chain when many append at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => fill(5)));
    expect((await verifyLog(store.db)).height).toBe(39);
  });
});

describe('verifyLog', () => {
  it('reads a log of several pages', async () => {
    const inputs = Array.from(
      { length: 2100 },
      (_, i) => ({ kind: 'trial', watchId: null, payload: i }) as const,
    );
    for (let i = 0; i < inputs.length; i += 700)
      await store.transaction((tx) => appendLog(tx, 1, inputs.slice(i, i + 700)));
    expect(await verifyLog(store.db)).toMatchObject(await currentHead());
    await sql`UPDATE log SET at = 2 WHERE height = 2050`.execute(store.db);
    await expect(verifyLog(store.db)).rejects.toThrow(/entry 2050 was changed/);
  });

  it('finds a change to any column of any entry', async () => {
    await fill(30);
    const random = seededRandom('tamper');
    const changes = {
      height: 'height + 1000',
      at: 'at + 1',
      kind: "'verdict'",
      watch_id: "CASE WHEN watch_id IS NULL THEN 'w' ELSE NULL END",
      payload: "replace(payload, 'number', 'numbed')",
      prev_hash: "replace(prev_hash, substr(prev_hash, 1, 1), 'z')",
      hash: "replace(hash, substr(hash, 1, 1), 'z')",
      subtrees: "replace(subtrees, substr(subtrees, 1, 1), 'z')",
    };
    for (const [column, change] of Object.entries(changes)) {
      for (const height of [0, 29, 1 + random.below(28), 1 + random.below(28)]) {
        const [original] = await logEntriesFrom(store.db, height, 1);
        if (!original) throw new Error('no entry');
        await sql.raw(`UPDATE log SET ${column} = ${change} WHERE height = ${height}`).execute(store.db);
        const found = expect(verifyLog(store.db), `${column} of ${height}`).rejects;
        await found.toMatchObject({ code: 'evidence', message: expect.stringContaining(`${height}`) });
        const moved = column === 'height' ? height + 1000 : height;
        await store.db.updateTable('log').set(original).where('height', '=', moved).execute();
      }
    }
    expect((await verifyLog(store.db)).height).toBe(29);
  });

  it('finds dropped, swapped, inserted and relinked entries', async () => {
    await fill(10);
    const all = await logEntriesFrom(store.db, 0, 20);
    const restore = async (): Promise<void> => {
      await store.db.deleteFrom('log').execute();
      await store.db.insertInto('log').values(all).execute();
    };
    const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(store.db);
    await run('DELETE FROM log WHERE height = 4');
    await expect(verifyLog(store.db)).rejects.toThrow(/no entry 4/);
    await run('UPDATE log SET height = height - 1 WHERE height > 4');
    await expect(verifyLog(store.db)).rejects.toThrow(/entry 4 /);
    await restore();
    await run('DELETE FROM log WHERE height = 0');
    await expect(verifyLog(store.db)).rejects.toThrow(/no entry 0/);
    await restore();
    await run('UPDATE log SET height = 99 WHERE height = 3');
    await run('UPDATE log SET height = 3 WHERE height = 4');
    await run('UPDATE log SET height = 4 WHERE height = 99');
    await expect(verifyLog(store.db)).rejects.toThrow(/entry 3 /);
    await restore();
    await run(
      'INSERT INTO log SELECT -1, at, kind, watch_id, payload, prev_hash, hash, subtrees FROM log WHERE height = 0',
    );
    await expect(verifyLog(store.db)).rejects.toThrow(/no entry 0/);
    await restore();
    // The newest entries cut off leave a sound log: only a head that was signed shows it.
    const head = await currentHead();
    await run('DELETE FROM log WHERE height >= 8');
    expect(await verifyLog(store.db)).not.toMatchObject(head);
  });
});
