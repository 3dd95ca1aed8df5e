import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program, running. */
export interface Program {
  /** Resolves when it has ended; rejects when that takes longer than its time limit. */
  readonly ended: Promise<Ended>;
  /** Resolves with stdout when it or stderr holds `text`; rejects when the program ends without it. */
  shows(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly limitMs?: number;
}

/** Starts `twinwatch` as it was built by `npm run build`. It is killed after its time limit (30 s). */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  if (!existsSync(main)) throw new Error('dist/cli/main.js is missing: run npm run build first');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TWINWATCH_LOG_LEVEL: 'warn', ...options.env };
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      for (const look of waiting) look();
    });
  }
  const ended = endOf(child, output, args, options.limitMs ?? 30_000);
  return {
    ended,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${output.stdout}${output.stderr}`.includes(text)) return;
          waiting.delete(look);
          resolve(output.stdout);
        };
        waiting.add(look);
        look();
        ended.then(
          () => reject(new Error(`ended without showing "${text}":\n${output.stdout}${output.stderr}`)),
          reject,
        );
      }),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/** Runs `twinwatch` to its end. */
export async function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return await startProgram(args, options).ended;
}

function endOf(
  child: ChildProcess,
  output: Readonly<{ stdout: string; stderr: string }>,
  args: readonly string[],
  limitMs: number,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(
          `twinwatch ${args.join(' ')} still ran after ${limitMs} ms:\n${output.stdout}${output.stderr}`,
        ),
      );
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}
