import type { Command } from 'commander';
import type { PoolCommand } from './commands/evidence-pool.js';
import type { ReproduceCommand } from './commands/evidence-reproduce.js';
import type { Terminal } from './terminal.js';
import { keysOption, witnessOption } from './witness-program.js';

/** Adds `evidence reproduce` and `evidence pool`. */
export function addRepetitionCommands(
  evidence: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  evidence
    .command('reproduce')
    .description('write a watch file that repeats what a bundle shows, with your own keys')
    .argument('<file>', 'what "evidence export" wrote')
    .option('-o, --output <file>', 'the watch file to write; suites are put beside it', 'watch.yaml')
    .option('--trust <key>', 'the public key that must have signed it')
    .option('--force', 'write over files that are there', false)
    .action(async (path: string, options: ReproduceCommand) => {
      done(await (await import('./commands/evidence-reproduce.js')).reproduceFile(path, options, out, info));
    });
  evidence
    .command('pool')
    .description(
      'pool the evidence of independent organisations about one claim; exit code 0 where it was pooled, 1 where a file is wrong or about another claim, 2 where it is no such file',
    )
    .argument('<file...>', 'what "evidence export" wrote, of each of them')
    .addOption(witnessOption())
    .addOption(
      keysOption('--trust <key>', 'a public key that must have signed one of them; repeatable', 'any key'),
    )
    .option('--json', 'print the result as JSON', false)
    .action(async (files: string[], options: PoolCommand) => {
      done(await (await import('./commands/evidence-pool.js')).poolFiles(files, options, out, info));
    });
}
