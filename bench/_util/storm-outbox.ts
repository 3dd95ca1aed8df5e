/** Runs the outbox of a store until it is killed: `storm-outbox.ts <store> <smtp port> <DKIM key file>`. */
import { createSender } from '../../src/alerts/index.js';
import { systemClock } from '../../src/core/index.js';
import { createOutbox } from '../../src/jobs/index.js';
import { openStore } from '../../src/store/index.js';
import { jobsOf } from '../../test/web/_jobs.js';

const [, , path = '', port = '', keyFile = ''] = process.argv;
const store = await openStore({ kind: 'sqlite', path }, { mustExist: true });
const sender = createSender({
  env: { secret: () => `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
  smtp: {
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    from: 'Twinwatch <watch@example.org>',
    userEnv: null,
    passwordEnv: null,
    dkim: { domain: 'example.org', selector: 'bench', keyFile },
  },
  clock: systemClock,
  print: () => undefined,
});
const outbox = createOutbox(jobsOf(store), sender);
outbox.wake();
process.send?.('ready');
