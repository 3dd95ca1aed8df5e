import type { Command } from 'commander';
import type { ImportOptions } from './commands/import.js';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** Adds what is done before a watch runs: `plan`, `doctor`, `import`. */
export function addPreparationCommands(
  program: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  withFile(program, 'plan', 'what a watch would ask, cost and find, before anything is asked')
    .argument('<watch>', "the watch's id")
    .option('--json', 'print it as JSON', false)
    .action(async (watch: string, options: { config: string; json: boolean }) => {
      done(await (await import('./commands/plan.js')).plan(options.config, watch, options, out, info));
    });
  withFile(program, 'doctor', 'check endpoints, clock, store and alerts; one short request for each model')
    .option('--json', 'print it as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/doctor.js')).doctor(options.config, options, out));
    });
  program
    .command('import')
    .description('make recorded answers of what others published')
    .command('battles')
    .description('the first answers of one model in a dump of arena battles, for compare')
    .argument('<file>', 'JSON Lines or one JSON list, packed with gzip or not')
    .option('--model <name>', 'whose answers; left out: the models are listed')
    .option('--out <file>', 'a new file, packed when its name ends in .gz; left out: stdout')
    .action(async (file: string, options: ImportOptions) => {
      const terminals = { stdout: process.stdout, out, info };
      done(await (await import('./commands/import.js')).importBattles(file, options, terminals));
    });
}
