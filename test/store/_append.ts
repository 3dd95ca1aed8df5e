import { appendLog } from '../../src/evidence/index.js';
import { openStore } from '../../src/store/index.js';

// Appends 20 entries to the log of the store named on the command line, each in a transaction of its own.
const store = await openStore({ kind: 'sqlite', path: process.argv[2] ?? '' });
process.stdout.write('open\n');
for (let i = 0; i < 20; i += 1)
  await store.transaction((tx) =>
    appendLog(tx, i, [{ kind: 'pause', watchId: 'pair', payload: { from: 'child', i } }]),
  );
await store.close();
