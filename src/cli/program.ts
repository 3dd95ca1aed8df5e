import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readEnvironment } from '../config/index.js';
import { errorMessage, plainText, programVersion, TwinwatchError } from '../core/index.js';
import { addAlertCommands } from './alerts-program.js';
import { addBrowserCommands } from './browser-program.js';
import type { CompareOptions } from './commands/compare.js';
import type { VerifyCommand } from './commands/verify.js';
import { addEvidenceCommands } from './evidence-program.js';
import { exitCodes } from './exit-codes.js';
import { addIncidentCommands } from './incidents-program.js';
import { addPreparationCommands } from './preparation-program.js';
import { addReportCommand } from './report-program.js';
import { addSubscriberCommands } from './subscribers-program.js';
import { createTerminal, type Terminal } from './terminal.js';
import { withFile } from './with-file.js';

interface Terminals {
  /** What programs read. */
  readonly out: Terminal;
  /** What people read. */
  readonly info: Terminal;
}

const footer = `
Exit codes: 0 fine, 1 something failed, 2 wrong command line, watch file or environment, 3 the store is in use;
of evidence cosign: 4 the log was forked; of verify: 0 equivalent, 10 different, 20 undecided, 30 unreadable.

Examples:
  $ twinwatch demo                    four simulated pairs, in under a minute
  $ twinwatch init                    write a commented watch file
  $ twinwatch check-config            check it without asking any endpoint
  $ twinwatch plan my-watch           what it would ask, cost and find
  $ twinwatch doctor                  check endpoints, clock, store and alerts
  $ twinwatch run-round my-watch      one round now
  $ twinwatch verify my-watch         ask until there is a verdict
  $ twinwatch start                   run on schedule until Ctrl-C
  $ twinwatch serve                   only the web page
  $ twinwatch status --json           where every watch stands
  $ twinwatch report my-watch -o my-watch.html
  $ twinwatch evidence export my-watch -o my-watch.tar.gz
  $ twinwatch evidence verify my-watch.tar.gz
  $ twinwatch evidence reproduce their-watch.tar.gz -o watch.yaml
  $ twinwatch evidence pool their-watch.tar.gz my-watch.tar.gz --witness KEY
  $ twinwatch compare --listed a.jsonl --released b.jsonl --html report.html`;

/** Runs the program with these arguments and returns its exit code. Never rejects. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const env = readEnvironment();
    const terminals = { out: createTerminal(process.stdout, env), info: createTerminal(process.stderr, env) };
    let code: number = exitCodes.ok;
    const program = createProgram(terminals, (result) => {
      code = result;
    });
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  process.stderr.write(`${plainText(error instanceof Error ? error.message : errorMessage(error))}\n`);
  if (!(error instanceof TwinwatchError)) return exitCodes.failure;
  if (error.code === 'store-locked') return exitCodes.locked;
  return ['config', 'probe', 'app'].includes(error.code) ? exitCodes.usage : exitCodes.failure;
}

function createProgram(terminals: Terminals, done: (code: number) => void): Command {
  const program = new Command('twinwatch')
    .description('Checks whether the model an arena lists is the model the public can use.')
    .version(programVersion())
    .addHelpText('after', footer)
    .showHelpAfterError('(twinwatch --help shows the commands)')
    .exitOverride();
  addFileCommands(program, terminals, done);
  addVerifyCommand(program, terminals, done);
  addSandboxCommands(program, terminals, done);
  addCompareCommand(program, terminals, done);
  addSuiteCommands(program, terminals, done);
  addBrowserCommands(program, terminals, done);
  addPreparationCommands(program, terminals, done);
  addEvidenceCommands(program, terminals, done);
  addReportCommand(program, terminals, done);
  addAlertCommands(program, terminals, done);
  addIncidentCommands(program, terminals, done);
  addSubscriberCommands(program, terminals, done);
  return program;
}

// Each command is loaded when it runs: `--help` needs neither a database nor a web client.
function addFileCommands(program: Command, { out, info }: Terminals, done: (code: number) => void): void {
  withFile(program, 'init', 'write a commented watch file').action(async (options: { config: string }) => {
    done((await import('./commands/init.js')).init(options.config, out));
  });
  withFile(program, 'check-config', 'check the watch file, its suites and secrets').action(
    async (options: { config: string }) => {
      done((await import('./commands/check-config.js')).checkConfig(options.config, out));
    },
  );
  withFile(program, 'run-round', 'run one round of a watch now')
    .argument('<watch>', "the watch's id")
    .option('--json', 'print the result as JSON on stdout', false)
    .action(async (watch: string, options: { config: string; json: boolean }) => {
      done(
        await (await import('./commands/run-round.js')).runRound(
          options.config,
          watch,
          options.json,
          out,
          info,
        ),
      );
    });
  withFile(program, 'start', 'run every watch on its schedule').action(
    async (options: { config: string }) => {
      done(await (await import('./commands/start.js')).start(options.config, out));
    },
  );
  withFile(program, 'serve', 'serve the web page alone, beside a running daemon or without one').action(
    async (options: { config: string }) => {
      done(await (await import('./commands/serve.js')).serve(options.config, out));
    },
  );
  withFile(program, 'status', 'show where every watch stands')
    .option('--json', 'print it as JSON', false)
    .action(async (options: { config: string; json: boolean }) => {
      done(await (await import('./commands/status.js')).status(options.config, options.json, out));
    });
}

function addVerifyCommand(program: Command, { out, info }: Terminals, done: (code: number) => void): void {
  withFile(program, 'verify', 'ask both sides of a watch until they are found different or equivalent')
    .argument('<watch>', "the watch's id")
    .option('--max-trials <n>', 'start at most so many trials', count, 2000)
    .option('--max-cost <amount>', "spend at most so much, in the currency of the sides' price", amount)
    .option('--continue', 'go on in the current epoch instead of beginning one', false)
    .option('--json', 'print the result as JSON on stdout', false)
    .action(async (watch: string, options: VerifyCommand) => {
      done(await (await import('./commands/verify.js')).verify(watch, options, out, info));
    });
}

function addSandboxCommands(program: Command, { out, info }: Terminals, done: (code: number) => void): void {
  program
    .command('sandbox')
    .description('serve simulated models on loopback, to try things out')
    .option('-p, --port <port>', 'the port; 0 takes any', wholeNumber, 8901)
    .option('--seed <text>', 'the same seed gives the same answers', 'sandbox')
    .option('--latency <ms>', 'wait before each answer', wholeNumber, 0)
    .action(async (options: { port: number; seed: string; latency: number }) => {
      const { port, seed, latency: latencyMs } = options;
      done(await (await import('./commands/sandbox.js')).sandbox({ port, seed, latencyMs }, out));
    });
  program
    .command('demo')
    .description('watch four simulated pairs, in under a minute')
    .option('--seed <text>', 'seed of the simulated answers (default: a new one)')
    .option('--json', 'print one JSON summary on stdout', false)
    .action(async (options: { seed?: string; json: boolean }) => {
      const shown = options.json ? info : out;
      done(
        await (await import('./commands/demo.js')).demo(
          { seed: options.seed ?? null, json: options.json },
          out,
          shown,
        ),
      );
    });
}

function addCompareCommand(program: Command, { out, info }: Terminals, done: (code: number) => void): void {
  program
    .command('compare')
    .description('compare recorded answers from two .jsonl or .jsonl.gz files')
    .requiredOption('--listed <file>', 'lines {"prompt_id", "prompt", "response"} of the listed model')
    .requiredOption('--released <file>', 'the same of the released model')
    .option('--alpha <level>', 'the chance of a false alarm', level, 0.001)
    .option('--json', 'print the result as JSON on stdout', false)
    .option('--html <file>', 'write a report')
    .action(async (options: CompareOptions) => {
      done(await (await import('./commands/compare.js')).compareFiles(options, out, info));
    });
}

function addSuiteCommands(program: Command, { out }: Terminals, done: (code: number) => void): void {
  const suites = program.command('suites').description('list, show and check suites of prompts');
  suites
    .command('list')
    .description('the suites that ship, and those of the watch file')
    .option('-c, --config <file>', 'the watch file (default: twinwatch.yaml, where there is one)')
    .option('--json', 'print it as JSON', false)
    .action(async (options: { config?: string; json: boolean }) => {
      done((await import('./commands/suites.js')).listSuites(options, out));
    });
  suites
    .command('show')
    .description("a suite's prompts, with fillings of its templates")
    .argument('<suite>', 'the id of a built-in suite, or a file')
    .option('--samples <n>', 'fillings of each template', wholeNumber, 2)
    .option('--seed <text>', 'the same seed gives the same fillings', 'show')
    .action(async (suite: string, options: { samples: number; seed: string }) => {
      done((await import('./commands/suites.js')).showSuite(suite, options, out));
    });
  suites
    .command('lint')
    .description('check suites; exit code 2 when one has errors')
    .argument('<suite...>', 'ids of built-in suites, or files')
    .option('--json', 'print it as JSON', false)
    .action(async (names: string[], options: { json: boolean }) => {
      done((await import('./commands/suites.js')).lintSuites(names, options, out));
    });
}

function level(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Use a number between 0 and 1.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError('Use a whole number from 1 to 1000000.');
  return value;
}

function amount(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1e9)) throw new InvalidArgumentError('Use an amount above 0, such as 2.50.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Use a whole number up to 65535.');
  return value;
}
