// Builds what changed and runs the program, so that `npm run demo` is one command on a fresh clone.
import { spawnSync } from 'node:child_process';

const build = spawnSync('npm', ['run', '--silent', 'build'], {
  stdio: ['ignore', 2, 'inherit'],
  shell: process.platform === 'win32',
});
if (build.status !== 0) process.exit(build.status ?? 1);
const { run } = await import('../dist/cli/program.js');
process.exitCode = await run(process.argv.slice(2));
