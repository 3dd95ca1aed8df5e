import { lockStore } from '../../src/store/index.js';

// Takes the lock of the store named on the command line and holds it until the process is killed.
lockStore({ kind: 'sqlite', path: process.argv[2] ?? '' });
process.stdout.write('locked\n');
setInterval(() => {}, 60_000);
