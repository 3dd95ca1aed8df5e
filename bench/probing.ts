/**
 * How many answers a second the program gathers, judges and keeps: `npm run bench:probing`. The daemon as it was
 * built runs two watches in a process of its own; the simulated models, 200 ms away, answer from this one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox } from '../src/sandbox/index.js';
import { checkStore } from './_util/check-store.js';
import { measureDaemon } from './_util/daemon.js';
import { atLeast, atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const LATENCY_MS = 200;
const modes = { plain: { asked: 300 }, streamed: { asked: 120 } } as const;
type Mode = keyof typeof modes;

/** Two watches, each side with an account of its own, as with four providers; what most endpoints may have under way. */
function watchFile(mode: Mode, url: string): string {
  const side = (key: string): object => ({
    kind: 'openai',
    base_url: url,
    model: 'vanilla',
    api_key_env: key,
    stream: mode === 'streamed',
    params: { temperature: 1, max_tokens: 1000 },
    concurrency: 64,
  });
  const watch = (id: string, listed: string, released: string): object => ({
    id,
    listed: side(listed),
    released: side(released),
    schedule: '* * * * * *',
    trials_per_round: 1000,
  });
  const watches = [watch('first', 'KEY_A', 'KEY_B'), watch('second', 'KEY_C', 'KEY_D')];
  return stringify({ version: 1, store: './twinwatch.db', watches });
}

const keys = Object.fromEntries(['KEY_A', 'KEY_B', 'KEY_C', 'KEY_D'].map((name) => [name, 'none']));

async function measure(mode: Mode, seconds: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'twinwatch-bench-'));
  const sandbox = await startSandbox({ seed: 'bench:probing', latencyMs: LATENCY_MS });
  try {
    const file = join(folder, 'twinwatch.yaml');
    writeFileSync(file, watchFile(mode, `${sandbox.url}/v1`));
    const before = process.cpuUsage();
    const { from, to, cpuMs, memory } = await measureDaemon(file, keys, seconds);
    const { user, system } = process.cpuUsage(before);
    const store = await checkStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') }, { from, to });
    const wrong = store.wrong + Math.abs(requestsOf(sandbox) - store.requests);
    const perSecond = (1000 * store.answers) / (to - from);
    const at = (share: number): number => memory[Math.round(share * seconds)] ?? Number.NaN;
    return [
      atLeast(`${mode}: answers a second for ${seconds} s, durable`, perSecond, '/s', modes[mode].asked),
      reported(`${mode}: in the slowest ten seconds`, store.slowest / 10, '/s'),
      atLeast(`${mode}: trials folded, of those that ended`, store.folded / store.ended, '', 0.98),
      atMost(`${mode}: answers lost, doubled or out of order`, wrong, '', 0),
      reported(`${mode}: CPU of the daemon, an answer`, cpuMs / store.answers, 'ms'),
      reported(`${mode}: CPU of the models, an answer`, (user + system) / 1000 / store.requests, 'ms'),
      reported(`${mode}: memory at the start`, at(0), 'MB'),
      reported(`${mode}: memory after a third`, at(1 / 3), 'MB'),
      reported(`${mode}: memory at the end`, at(1), 'MB'),
      atMost(`${mode}: memory at most`, Math.max(...memory), 'MB', 300),
      atMost(`${mode}: memory at the end over after a third`, at(1) / at(1 / 3), 'times', 1.1),
      reported(`${mode}: threads that want the CPU (load)`, loadavg()[0] ?? Number.NaN, ''),
    ];
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function requestsOf(sandbox: Sandbox): number {
  return Object.values(sandbox.requests()).reduce((sum, count) => sum + count, 0);
}

const { json, quick, rest } = benchFlags();
const figures: Figure[] = [];
for (const mode of ['plain', 'streamed'] as const) {
  if (rest.length === 0 || rest.includes(mode)) figures.push(...(await measure(mode, quick ? 10 : 60)));
}
printFigures('probing', figures, json);
