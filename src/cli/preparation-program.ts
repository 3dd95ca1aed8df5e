import type { Command } from 'commander';
import type { ImportOptions } from './commands/import.js';
import type { Terminal } from './terminal.js';

/** Adds what is done before a watch runs: `import`. */
export function addPreparationCommands(
  program: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
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
