import type { Command } from 'commander';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** Adds `alerts test`, and `deliveries list` and `replay`. */
export function addAlertCommands(
  program: Command,
  { out }: { readonly out: Terminal },
  done: (code: number) => void,
): void {
  const alerts = program.command('alerts').description('try out whether alerts arrive');
  withFile(alerts, 'test', 'send a message marked as a test to every target of a watch')
    .argument('<watch>', "the watch's id")
    .option('--json', 'print the result as JSON', false)
    .action(async (watch: string, options: { config: string; json: boolean }) => {
      done(await (await import('./commands/alerts.js')).testAlerts(watch, options, out));
    });
  const deliveries = program.command('deliveries').description('alerts on their way, and those given up');
  withFile(deliveries, 'list', 'show deliveries, the newest first')
    .option('--dead', 'only those that were rejected or given up', false)
    .option('--json', 'print them as JSON', false)
    .action(async (options: { config: string; dead: boolean; json: boolean }) => {
      done(await (await import('./commands/deliveries.js')).showDeliveries(options, out));
    });
  withFile(deliveries, 'replay', 'send again what was rejected or given up, to its target as it is now')
    .argument('[id]', 'one delivery')
    .option('--dead', 'all of them', false)
    .action(async (id: string | undefined, options: { config: string; dead: boolean }) => {
      done(await (await import('./commands/deliveries.js')).replay(id ?? null, options, out));
    });
}
