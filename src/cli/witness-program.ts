import { type Command, InvalidArgumentError, Option } from 'commander';
import { isLoopback } from '../config/index.js';
import type { CheckProofOptions, CosignOptions } from './commands/witness.js';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** Adds `cosign`, `cosignature`, `forks`, `prove` and `verify-proof` to `evidence`. */
export function addWitnessCommands(
  evidence: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  withFile(
    evidence,
    'cosign',
    "be a witness: sign another log's newest checkpoint; exit code 4 where it was forked",
  )
    .addOption(new Option('--url <url>', "the other installation's web page").argParser(logUrl))
    .addOption(
      new Option('--file <file>', 'what its "evidence checkpoint --since" printed; - reads it').conflicts(
        'url',
      ),
    )
    .option('--log-key <key>', "the log's public key; can be left out later")
    .action(async (options: CosignOptions, command: Command) => {
      if (options.url === undefined && options.file === undefined)
        command.error("error: name the log's web page with --url, or a file with --file");
      done(await (await import('./commands/witness.js')).cosignLog(options, out, info));
    });
  withFile(evidence, 'cosignature', 'take the co-signature that a witness has passed on')
    .argument('<file>', 'what its "evidence cosign" printed; - reads it')
    .action(async (path: string, { config }: { config: string }) => {
      done(await (await import('./commands/witness.js')).addCosignature(path, config, out, info));
    });
  withFile(evidence, 'forks', 'print the forks of other logs that were found').action(
    async ({ config }: { config: string }) => {
      done(await (await import('./commands/witness.js')).showForks(config, out));
    },
  );
  withFile(evidence, 'prove', 'print the proof that an entry stands in the log')
    .argument('<height>', "the entry's number, from 0", height)
    .action(async (entry: number, { config }: { config: string }) => {
      done(await (await import('./commands/witness.js')).showProof(entry, config, out, info));
    });
  evidence
    .command('verify-proof')
    .description('check what "evidence prove" printed; needs no store')
    .argument('<file>', 'the proof; - reads it')
    .requiredOption('--trust <key>', "the log's public key")
    .addOption(witnessOption())
    .action(async (path: string, options: CheckProofOptions) => {
      done((await import('./commands/witness.js')).checkProofFile(path, options, out));
    });
}

/** `--witness`, which can be given again and again. */
export function witnessOption(): Option {
  return keysOption('--witness <key>', 'the public key of a witness that you trust; repeatable', 'none');
}

/** An option that takes one key each time it is given; `none` says what holds where it is not. */
export function keysOption(flags: string, about: string, none: string): Option {
  return new Option(flags, about)
    .argParser((key: string, keys: readonly string[]) => [...keys, key])
    .default([], none);
}

/** The operator names it, so no address is forbidden; but what is signed must not be changed on its way. */
function logUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new InvalidArgumentError('Use a URL such as https://watch.example.org.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new InvalidArgumentError('Use https: http is for this machine only.');
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new InvalidArgumentError('Use a URL without a login, a query and a fragment.');
  return url;
}

function height(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}
