import { vi } from 'vitest';
import { run } from '../../src/cli/program.js';

/** What a command came to; the outputs end without a line feed. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `twinwatch` with these arguments in this process, from the sources. One at a time. */
export async function ran(...args: readonly string[]): Promise<Ran> {
  const output = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      output[name] += String(chunk);
      return true;
    }),
  );
  try {
    const code = await run(args);
    return { code, stdout: output.stdout.trimEnd(), stderr: output.stderr.trimEnd() };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
