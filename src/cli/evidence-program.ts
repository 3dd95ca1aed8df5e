import { type Command, InvalidArgumentError, Option } from 'commander';
import { plainLine } from '../core/index.js';
import type { CheckpointOptions } from './commands/evidence.js';
import type { ExportOptions } from './commands/evidence-export.js';
import type { VerifyBundleOptions } from './commands/evidence-verify.js';
import type { RedactOptions } from './commands/redact.js';
import { addRepetitionCommands } from './repetition-program.js';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';
import { addWitnessCommands, witnessOption } from './witness-program.js';

/** Adds `redact`, the commands of `evidence`, and `keys create`, `show` and `rotate`. */
export function addEvidenceCommands(
  program: Command,
  terminals: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  const { out, info } = terminals;
  const evidence = program.command('evidence').description('the log that others can check');
  addWitnessCommands(evidence, terminals, done);
  addRepetitionCommands(evidence, terminals, done);
  withFile(evidence, 'checkpoint', 'print the newest signed head of the log, for others to keep')
    .option('--json', 'print it as JSON', false)
    .addOption(
      new Option('--since <size>', 'for a witness: with the proof that it goes on from so many entries')
        .argParser(wholeNumber)
        .conflicts('json'),
    )
    .action(async (options: CheckpointOptions) => {
      done(await (await import('./commands/evidence.js')).showCheckpoint(options, out));
    });
  withFile(evidence, 'check', 'check the whole log of the store; exit code 1 where it is wrong')
    .option('--json', 'print the result as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/evidence.js')).checkEvidence(options, out));
    });
  withFile(
    evidence,
    'export',
    'write the evidence of a watch or an incident into a file that anyone can check',
  )
    .argument('<id>', 'of the watch, or of the incident')
    .requiredOption('-o, --output <file>', 'the file to write, such as evidence.tar.gz')
    .option('--epoch <n>', 'an earlier epoch of the watch; left out: the current one', wholeNumber)
    .action(async (id: string, options: ExportOptions) => {
      done(await (await import('./commands/evidence-export.js')).exportBundle(id, options, out));
    });
  evidence
    .command('verify')
    .description('check exported evidence; exit code 1 where something is wrong, 2 where it is no such file')
    .argument('<file>', 'what "evidence export" wrote')
    .option('--trust <key>', 'the public key that must have signed it')
    .addOption(witnessOption())
    .option('--report <file>', 'write the HTML report anew, from what was checked')
    .option('--json', 'print the result as JSON', false)
    .action(async (path: string, options: VerifyBundleOptions) => {
      done(await (await import('./commands/evidence-verify.js')).verifyBundleFile(path, options, out, info));
    });
  addKeyCommands(program.command('keys').description('the key that signs the log'), out, done);
  withFile(program, 'redact', "remove an answer's text for good; its hash stays")
    .argument('<watch>', "the watch's id")
    .requiredOption('--trial <seq>', "the trial's number", wholeNumber)
    .requiredOption('--reason <text>', 'why; stands in the log for good, so quote nothing', someLine)
    .addOption(new Option('--side <side>', 'left out: both').choices(['listed', 'released']))
    .option('--slot <n>', 'which of several released answers; left out: all', wholeNumber)
    .option('--epoch <n>', 'left out: the current one', wholeNumber)
    .action(async (watch: string, options: RedactOptions) => {
      done(await (await import('./commands/redact.js')).redactAnswer(watch, options, out));
    });
}

function addKeyCommands(keys: Command, out: Terminal, done: (code: number) => void): void {
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

function someLine(text: string): string {
  const line = plainLine(text);
  if (line === '') throw new InvalidArgumentError('Say why.');
  return line;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}
