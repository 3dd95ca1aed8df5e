import type { Command } from 'commander';
import type { AddOptions } from './commands/subscribers.js';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** Adds `subscribers list`, `add`, `remove`, `export` and `bounce`. */
export function addSubscriberCommands(
  program: Command,
  { out }: { readonly out: Terminal },
  done: (code: number) => void,
): void {
  const subscribers = program.command('subscribers').description('who asked for mail');
  withFile(subscribers, 'list', 'show subscribers, the oldest first')
    .option('--show', 'print addresses in full', false)
    .option('--json', 'print them as JSON', false)
    .action(async (options: { config: string; show: boolean; json: boolean }) => {
      done(await (await import('./commands/subscribers.js')).showSubscribers(options, out));
    });
  withFile(subscribers, 'add', 'subscribe an address; it is sent a link to confirm with')
    .argument('<email>', 'the address')
    .option('--watch <id...>', 'only these watches (default: all)')
    .option('--kind <kind...>', 'only these kinds of incidents (default: all)')
    .option('--min-severity <severity>', 'trace or material', 'material')
    .option('--frequency <frequency>', 'immediate, daily or weekly', 'immediate')
    .option('--timezone <zone>', 'where a digest comes at 08:00', 'UTC')
    .option('--confirmed', 'its owner has agreed: subscribe it at once', false)
    .action(async (email: string, options: AddOptions) => {
      done(await (await import('./commands/subscribers.js')).addSubscriber(email, options, out));
    });
  withFile(subscribers, 'remove', 'forget an address')
    .argument('<email>', 'the address')
    .action(async (email: string, options: { config: string }) => {
      done(await (await import('./commands/subscribers.js')).dropSubscriber(email, options, out));
    });
  withFile(subscribers, 'export', 'print subscribers with their addresses and choices, as JSON')
    .option('--csv', 'as CSV', false)
    .action(async (options: { config: string; csv: boolean }) => {
      done(await (await import('./commands/subscribers.js')).exportSubscribers(options, out));
    });
  withFile(
    subscribers,
    'bounce',
    'read a returned mail or a complaint from stdin, as a mail pipe gives it',
  ).action(async (options: { config: string }) => {
    done(await (await import('./commands/subscribers.js')).noteBounce(options, process.stdin, out));
  });
}
