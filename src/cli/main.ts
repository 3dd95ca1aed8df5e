#!/usr/bin/env node
import { run } from './program.js';

// Whoever reads along may leave, as `| head` does: what is written after that is lost, the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await run(process.argv.slice(2));
