import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WARM_UP_MS = 4_000;
const STOP_MS = 20_000;
/** Clock ticks in a second, as the Linux kernel shows them to programs. */
const TICKS = 100;

/** What a process used in a span of time. */
export interface Usage {
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly cpuMs: number;
  /** Resident memory at the start and after each second, MB. */
  readonly memory: readonly number[];
}

/**
 * Runs the built daemon on a watch file, as a person would, and measures it from outside once it has warmed
 * up. Linux only. @throws Error when it is not built, ends by itself, or does not end when asked to
 */
export async function measureDaemon(
  watchFile: string,
  env: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Usage> {
  if (!existsSync(main)) throw new Error('dist/cli/main.js is missing: run npm run build first');
  const daemon = spawn(process.execPath, [main, 'start', '-c', watchFile], {
    env: { PATH: process.env.PATH, TWINWATCH_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await delay(WARM_UP_MS);
    const usage = await sample(daemon, seconds);
    daemon.kill('SIGTERM');
    const [code] = (await once(daemon, 'exit', { signal: AbortSignal.timeout(STOP_MS) })) as [number | null];
    if (code !== 0) throw new Error(`the daemon ended with ${code}`);
    return usage;
  } finally {
    daemon.kill('SIGKILL');
  }
}

async function sample(daemon: ChildProcess, seconds: number): Promise<Usage> {
  const from = Date.now();
  const before = cpuMsOf(daemon);
  const memory = [memoryOf(daemon)];
  for (let second = 1; second <= seconds; second += 1) {
    await delay(from + 1000 * second - Date.now());
    memory.push(memoryOf(daemon));
  }
  return { from, to: Date.now(), cpuMs: cpuMsOf(daemon) - before, memory };
}

/** User and system time, see proc(5). */
function cpuMsOf(daemon: ChildProcess): number {
  const fields = statusFile(daemon, 'stat')
    .replace(/^.*\) /, '')
    .split(' ');
  return (1000 * (Number(fields[11]) + Number(fields[12]))) / TICKS;
}

function memoryOf(daemon: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(statusFile(daemon, 'status'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

function statusFile({ pid, exitCode }: ChildProcess, name: string): string {
  if (exitCode !== null) throw new Error(`the daemon ended by itself with ${exitCode}`);
  return readFileSync(`/proc/${pid}/${name}`, 'utf8');
}
