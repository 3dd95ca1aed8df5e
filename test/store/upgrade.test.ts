import { join } from 'node:path';
import { Migrator } from 'kysely';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { migrations } from '../../src/store/migrations/index.js';
import { openSqlite } from '../../src/store/sqlite.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();

it('a store of the first version keeps its answers and gets the new columns', async () => {
  const path = join(newFolder(), 'old.db');
  const old = openSqlite(path);
  const migrator = new Migrator({ db: old, provider: { getMigrations: async () => ({ ...migrations }) } });
  expect((await migrator.migrateTo('0001-spine')).error).toBeUndefined();
  const insert = (sql: string): Promise<unknown> =>
    old.executeQuery({ sql, parameters: [], query: { kind: 'RawNode' } as never, queryId: {} as never });
  await insert("insert into watches values ('w', 1, 't', 'c', 1, null, null)");
  await insert("insert into epochs values ('w', 1, '{}', 'h', '{}', 1)");
  await insert("insert into rounds values ('r', 'w', 1, 1, 1, 1, null, 's', 'h')");
  await insert(
    "insert into trials values ('t', 'w', 1, 1, 'r', 's', 'p', 'h', 'Hi', '[]', 'complete', null, null, null, 1, 2)",
  );
  await insert(
    "insert into answers values ('t', 'listed', 0, 'answer', 'Hello', 'h', 'stop', 'm', 'fp', 'id', 1, 2, 200, null, 1, 3, 4, 5)",
  );
  await old.destroy();

  const store = await openStore({ kind: 'sqlite', path });
  const [answer] = await store.db.selectFrom('answers').selectAll().execute();
  expect(answer).toMatchObject({
    text: 'Hello',
    model_returned: 'm',
    latency_ms: 4,
    provider: null,
    logprobs: null,
    first_token_ms: null,
  });
  expect(await store.db.selectFrom('declared_values').selectAll().execute()).toEqual([]);
  await store.close();
});
