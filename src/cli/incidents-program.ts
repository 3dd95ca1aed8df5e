import type { Command } from 'commander';
import { readEnvironment } from '../config/index.js';
import type { Action, ActOptions } from './commands/incidents.js';
import type { Terminal } from './terminal.js';
import { withFile } from './with-file.js';

/** What each action is called, what it does, and the option that holds its text. */
const actions: readonly (readonly [Action, string, 'text' | 'reason' | null, string])[] = [
  ['ack', 'say that you deal with it', null, ''],
  ['note', "add a note for the operators' own eyes", 'text', 'what to note'],
  ['resolve', 'say that it is over; the next round begins a new epoch', 'reason', 'why it is over'],
  ['retract', 'take it back, for good: everybody who heard of it hears that too', 'reason', 'what was wrong'],
  ['correct', 'correct a detail: everybody who heard of it hears that too', 'text', 'what is right'],
  ['reopen', 'say that what was resolved is not over', 'reason', 'why it is not over'],
];

/** Adds `incidents list`, `show`, and what an operator can do to one. */
export function addIncidentCommands(
  program: Command,
  { out }: { readonly out: Terminal },
  done: (code: number) => void,
): void {
  const incidents = program
    .command('incidents')
    .alias('incident')
    .description('what was found, and what is said of it');
  withFile(incidents, 'list', 'show incidents, the newest first')
    .option('--open', 'only those that are open', false)
    .option('--watch <id>', 'only those of a watch')
    .option('--json', 'print them as JSON', false)
    .action(async (options: { config: string; open: boolean; watch?: string; json: boolean }) => {
      done(await (await import('./commands/incidents.js')).showIncidents(options, out));
    });
  withFile(incidents, 'show', 'show what happened to an incident, replies, and what was sent')
    .argument('<id>', "the incident's id")
    .option('--json', 'print it as JSON', false)
    .action(async (id: string, options: { config: string; json: boolean }) => {
      done(await (await import('./commands/incidents.js')).showIncident(id, options, out));
    });
  const act = (command: Command, action: Action): void => {
    command.argument('<id>', "the incident's id").action(async (id: string, options: ActOptions) => {
      done(await (await import('./commands/incidents.js')).actOn(action, id, options, out));
    });
  };
  for (const [action, about, option, what] of actions) {
    const command = withFile(incidents, action, about).option(
      '--by <name>',
      'who you are',
      readEnvironment().user,
    );
    if (option !== null) command.requiredOption(`--${option} <text>`, `${what}; - reads standard input`);
    act(command, action);
  }
  act(
    withFile(incidents, 'reply', "attach the vendor's statement, unedited")
      .requiredOption('--from <name>', 'who speaks, in their own words')
      .requiredOption('--text <text>', 'the statement; - reads standard input'),
    'reply',
  );
}
