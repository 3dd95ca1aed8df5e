import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, openApp, statusOf } from '../../app/index.js';
import { parseWatchFile, readEnvironment } from '../../config/index.js';
import { createLogger, newSeed, systemClock } from '../../core/index.js';
import type { FoldStatus } from '../../fingerprint/index.js';
import { startSandbox } from '../../sandbox/index.js';
import { demoWatchFile, pairs, QUIET_TRIALS, TIME_LIMIT_MS } from '../demo/pairs.js';
import { showAlert, showIntroduction, showSummary, summaryOf } from '../demo/show.js';
import { lineEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { untilSignal } from '../signals.js';
import type { Terminal } from '../terminal.js';

/**
 * Watches four simulated pairs on a schedule of seconds, the real program throughout. Exit code 0 only
 * when every verdict is the true one.
 */
export async function demo(
  options: { seed: string | null; json: boolean },
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const seed = options.seed ?? newSeed().slice(0, 8);
  const folder = mkdtempSync(join(tmpdir(), 'twinwatch-demo-'));
  const sandbox = await startSandbox({ seed, latencyMs: 5 });
  showIntroduction(info, sandbox.url, seed);
  const latest = new Map<string, FoldStatus>();
  let app: App | null = null;
  let over = false;
  try {
    const env = readEnvironment();
    const file = parseWatchFile(demoWatchFile(`${sandbox.url}/v1`), join(folder, 'twinwatch.yaml'), env);
    const lines = lineEvents(info, 12);
    const decided = deferred();
    app = await openApp({
      file,
      env,
      clock: systemClock,
      logger: createLogger({ level: 'error' }),
      events: {
        ...lines,
        roundFinished: (...round) => {
          if (!over) lines.roundFinished(...round);
        },
        trialFolded: (id, status) => {
          latest.set(id, status);
          if (allDecided(latest)) decided.resolve();
        },
        incidentOpened: (_, report) => showAlert(info, report),
      },
      print: (line) => info.line(info.paint(['bold', 'red'], line)),
    });
    const signal = untilSignal();
    const limit = setTimeout(decided.resolve, TIME_LIMIT_MS);
    await app.start();
    const ended = await Promise.race([decided.promise, signal]);
    clearTimeout(limit);
    over = true;
    if (typeof ended === 'string') return exitCodes.failure;
    const summary = summaryOf(await statusOf(app.store, file.watches, systemClock.now()), seed);
    if (options.json) out.line(JSON.stringify(summary, null, 2));
    showSummary(info, summary);
    return summary.asExpected ? exitCodes.ok : exitCodes.failure;
  } finally {
    await app?.stop(1_000);
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each pair shows what it should, and the same pair has been quiet for long enough to mean something. */
function allDecided(latest: ReadonlyMap<string, FoldStatus>): boolean {
  return pairs.every(({ id, expected }) => {
    const status = latest.get(id);
    if (!status) return false;
    if (expected.includes('different')) return status.alarmAtTrial !== null;
    if (expected.includes('unreadable')) return status.verdict === 'unreadable';
    return status.trials >= QUIET_TRIALS;
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
