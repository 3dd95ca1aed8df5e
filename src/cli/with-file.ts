import type { Command } from 'commander';

/** Adds a command that reads the watch file. */
export function withFile(parent: Command, name: string, about: string): Command {
  return parent
    .command(name)
    .description(about)
    .option('-c, --config <file>', 'the watch file', 'twinwatch.yaml');
}
