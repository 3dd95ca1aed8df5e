import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/** Adds `evidence checkpoint`, `evidence check`, and `keys create`, `show` and `rotate`. */
export function addEvidenceCommands(
  program: Command,
  { out }: { readonly out: Terminal },
  done: (code: number) => void,
): void {
  const evidence = program.command('evidence').description('the log that others can check');
  const keys = program.command('keys').description('the key that signs the log');
  const withFile = (parent: Command, name: string, about: string): Command =>
    parent.command(name).description(about).option('-c, --config <file>', 'the watch file', 'twinwatch.yaml');
  withFile(evidence, 'checkpoint', 'print the newest signed head of the log, for others to keep')
    .option('--json', 'print it as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/evidence.js')).showCheckpoint(options, out));
    });
  withFile(evidence, 'check', 'check the whole log of the store; exit code 1 where it is wrong')
    .option('--json', 'print the result as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/evidence.js')).checkEvidence(options, out));
    });
  withFile(keys, 'create', 'make the key; the first start would').action(
    async (options: { config: string }) => {
      done(await (await import('./commands/keys.js')).createKey(options.config, out));
    },
  );
  withFile(keys, 'show', 'print the public keys, the newest last')
    .option('--json', 'print them as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/keys.js')).showKeys(options.config, options, out));
    });
  withFile(keys, 'rotate', 'let a new key take over')
    .option('--lost', 'the old private key is gone, and can not sign for the new one', false)
    .action(async (options: { config: string; lost: boolean }) => {
      done(await (await import('./commands/keys.js')).rotateKeys(options.config, options, out));
    });
}
