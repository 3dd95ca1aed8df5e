import type { Command } from 'commander';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** Adds `report`. */
export function addReportCommand(
  program: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  withFile(program, 'report', 'write a report of a watch that anyone can read: one HTML file, or Markdown')
    .argument('<watch>', "the watch's id")
    .option('-o, --output <file>', 'write it to this file instead of stdout')
    .option('--markdown', 'write Markdown', false)
    .action(async (watch: string, options: { config: string; markdown: boolean; output?: string }) => {
      done(await (await import('./commands/report.js')).report(watch, options, out, info));
    });
}
