import { startSandbox } from '../../sandbox/index.js';
import { exitCodes } from '../exit-codes.js';
import { untilSignal } from '../signals.js';
import type { Terminal } from '../terminal.js';

/** Serves simulated models on loopback until it is told to stop. */
export async function sandbox(
  options: { port: number; seed: string; latencyMs: number },
  out: Terminal,
): Promise<number> {
  const stopped = untilSignal();
  const server = await startSandbox(options);
  out.line(`Simulated models (no real ones) at ${server.url}/v1, OpenAI chat format, no key needed:`);
  out.line(
    '  vanilla, arena-tuned, medium, quantised, faulty, swap-at=N, and MODEL+faults=429:0.2,500:0.1,…',
  );
  out.line('Ctrl-C stops.');
  await stopped;
  await server.close();
  return exitCodes.ok;
}
