/** What the evidence log costs: `npm run bench:evidence`. Entries are those of trials, committed in rounds. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sha256 } from '../src/core/index.js';
import {
  appendLog,
  type BundleVerification,
  type LogInput,
  signCheckpoint,
  verifyLog,
} from '../src/evidence/index.js';
import { createSigner, type Signer } from '../src/evidence/signed-note.js';
import { consistencyProof, inclusionProof } from '../src/evidence/tree.js';
import { insertLogKey, openStore, type Store } from '../src/store/index.js';
import { largeBundle } from './_util/large-bundle.js';
import { quantile } from './_util/quantile.js';
import { atLeast, atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

/** Entries of one commit: a round of 500 trials, as the probing bench runs them. */
const ROUND = 500;
const SAMPLES = 200;

/** As a round logs a trial with one answer a side. */
function entry(i: number): LogInput {
  const answer = (side: string): { [key: string]: string | number | null } => ({
    side,
    slot: 0,
    outcome: 'answer',
    text: sha256(`${side} ${i}`),
    rawText: null,
    model: 'example-model-2026',
    systemFingerprint: null,
    provider: null,
    requestId: `req-${i}`,
    finishReason: 'stop',
    promptTokens: 31,
    completionTokens: 412,
    startedAt: 1_790_000_000_000 + i,
    firstByteMs: 120,
    latencyMs: 2_400,
    attempts: 1,
  });
  return {
    kind: 'trial',
    watchId: 'bench',
    payload: {
      epoch: 1,
      seq: i,
      suite: 'arena-chat',
      promptId: `p${i % 97}`,
      prompt: sha256(`prompt ${i}`),
      order: ['listed', 'released:0'],
      void: null,
      answers: [answer('listed'), answer('released')],
    },
  };
}

/** Appends up to `size` entries, a signed round at a time. Returns entries a second, by the clock and by CPU time. */
async function fill(
  store: Store,
  signer: Signer,
  from: number,
  size: number,
): Promise<{ byClock: number; byCpu: number }> {
  let [spent, cpu] = [0, 0];
  for (let at = from; at < size; at += ROUND) {
    const inputs = Array.from({ length: Math.min(ROUND, size - at) }, (_, i) => entry(at + i));
    const [begun, before] = [performance.now(), process.cpuUsage()];
    await store.transaction(async (tx) => {
      await appendLog(tx, at, inputs);
      await signCheckpoint(tx, signer, at);
    });
    spent += performance.now() - begun;
    const used = process.cpuUsage(before);
    cpu += (used.user + used.system) / 1000;
  }
  return { byClock: (1000 * (size - from)) / spent, byCpu: (1000 * (size - from)) / cpu };
}

/** What one more entry, and the proofs, cost at this size. */
async function atSize(store: Store, size: number): Promise<Figure[]> {
  const at = (i: number): number => Math.floor(((i + 0.5) * size) / SAMPLES);
  const samples = Array.from({ length: SAMPLES }, (_, i) => at(i));
  const start = performance.now();
  let [inclusion, consistency] = [0, 0];
  for (const i of samples) {
    inclusion = Math.max(inclusion, (await inclusionProof(store.db, i, size)).length);
    consistency = Math.max(consistency, (await consistencyProof(store.db, i + 1, size)).length);
  }
  const proofs = (performance.now() - start) / (2 * SAMPLES);
  const times: number[] = [];
  for (let i = 0; i < SAMPLES; i += 1) {
    // Undone again, and without the disk: what is measured is the work on the tree and the chain.
    await store.db
      .transaction()
      .execute(async (tx) => {
        const begun = performance.now();
        await appendLog(tx, 1, [entry(size)]);
        times.push(performance.now() - begun);
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
  }
  return [
    reported(`${size} entries: inclusion proof`, inclusion * 32, 'bytes at most'),
    reported(`${size} entries: consistency proof`, consistency * 32, 'bytes at most'),
    reported(`${size} entries: making a proof`, proofs, 'ms'),
    reported(`${size} entries: appending one more`, quantile(times, 0.5), 'ms'),
  ];
}

const undone = new Error('undone');

/** What verifying and replaying a bundle of so many answers takes, in a process of its own. */
async function replay(folder: string, answers: number): Promise<Figure[]> {
  const bundle = await largeBundle(folder, answers / 2);
  const child = fileURLToPath(new URL('_util/verify-alone.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, bundle]);
  const { found, seconds, most } = JSON.parse(stdout) as {
    found: BundleVerification;
    seconds: number;
    most: number;
  };
  if (found.kind !== 'holds' || found.answers !== answers || found.replayed !== answers / 2)
    throw new Error(`not what was asked: ${stdout}`);
  const [name, megabytes] = [`${answers} answers: verified and replayed`, most / 1e6];
  const full = answers >= 100_000;
  return [
    full ? atMost(name, seconds, 's', 300) : reported(name, seconds, 's'),
    full ? atMost(`${name}, memory`, megabytes, 'MB', 500) : reported(`${name}, memory`, megabytes, 'MB'),
    reported(`${answers} answers: the bundle`, statSync(bundle).size / 1e6, 'MB'),
  ];
}

async function main(): Promise<void> {
  const { json, quick } = benchFlags();
  const sizes = quick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000];
  const folder = mkdtempSync(join(tmpdir(), 'twinwatch-bench-'));
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'bench.db') });
  try {
    const signer = createSigner('bench', generateKeyPairSync('ed25519').privateKey);
    await store.transaction(async (tx) => {
      const { height } = await appendLog(tx, 0, [
        { kind: 'key', watchId: null, payload: { key: signer.verifier.text } },
      ]);
      await insertLogKey(tx, { height, verifier_key: signer.verifier.text });
    });
    const figures: Figure[] = [];
    let filled = 1;
    for (const size of sizes) {
      const { byClock, byCpu } = await fill(store, signer, filled, size);
      filled = size;
      const name = `${size} entries: appended, each round of ${ROUND} durable and signed`;
      figures.push(
        size < 100_000 ? reported(name, byClock, '/s') : atLeast(name, byClock, '/s', 20_000),
        // What the clock would say if nothing else ran.
        reported(`${size} entries: the same in CPU time`, byCpu, '/s'),
        ...(await atSize(store, size)),
      );
    }
    const start = performance.now();
    await verifyLog(store.db);
    const speed = (1000 * filled) / (performance.now() - start);
    figures.push(...(await replay(folder, quick ? 2_000 : 100_000)));
    figures.push(reported(`${filled} entries: checked, tree, signatures and all`, speed, '/s'));
    printFigures('evidence', figures, json);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
