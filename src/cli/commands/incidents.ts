import { readFileSync } from 'node:fs';
import {
  type AlertContent,
  type DeliveryTarget,
  type IncidentEvent,
  targetLabel,
} from '../../alerts/index.js';
import { codePointLength, plainLine, plainText, systemClock } from '../../core/index.js';
import * as jobs from '../../jobs/index.js';
import {
  type DeliveriesTable,
  deliveriesOf,
  findIncident,
  type IncidentsTable,
  incidentEvents,
  listIncidents,
  messagesOf,
} from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { withStore } from '../watch-file.js';

const MOST_SHOWN = 200;
const LONGEST_TEXT = 10_000;

export type Action = 'ack' | 'note' | 'resolve' | 'retract' | 'correct' | 'reopen' | 'reply';

export interface ActOptions {
  readonly config: string;
  readonly by?: string;
  readonly from?: string;
  readonly text?: string;
  readonly reason?: string;
}

interface ListOptions {
  readonly config: string;
  readonly open: boolean;
  readonly watch?: string;
  readonly json: boolean;
}

/** Shows the newest 200 incidents. Works beside a daemon. @throws ConfigError, StoreError */
export async function showIncidents(options: ListOptions, out: Terminal): Promise<number> {
  return await withStore(options.config, async ({ db }) => {
    const filter = { isOpen: options.open, watchId: options.watch ?? null };
    const rows = await listIncidents(db, filter, MOST_SHOWN);
    if (options.json) out.line(JSON.stringify({ incidents: rows.map(stateOf) }, null, 2));
    else if (rows.length === 0) out.line('There are none.');
    for (const row of options.json ? [] : rows) out.line(lineOf(row, out));
    return exitCodes.ok;
  });
}

/** Shows an incident's timeline, its replies, and what was sent to how many. Names no address. @throws ConfigError, StoreError */
export async function showIncident(
  id: string,
  { config, json }: { readonly config: string; readonly json: boolean },
  out: Terminal,
): Promise<number> {
  return await withStore(config, async ({ db }) => {
    const row = await findIncident(db, id);
    if (row === null) return unknown(out);
    const events = (await incidentEvents(db, id)).map(({ event }) => JSON.parse(event) as IncidentEvent);
    const sent = await deliveriesOf(db, id);
    const messages = (await messagesOf(db, id)).map((message) => ({
      id: message.id,
      notice: (JSON.parse(message.content) as AlertContent).notice.kind,
      at: time(message.created_at),
      deliveries: sent.filter(({ message_id: of }) => of === message.id).map(deliverySummary),
    }));
    if (json) {
      out.line(JSON.stringify({ incident: stateOf(row), events, messages }, null, 2));
      return exitCodes.ok;
    }
    out.line(lineOf(row, out));
    for (const event of events) showEvent(event, out);
    for (const { id: message, notice, deliveries } of messages) {
      out.line(`message ${plainLine(message)} (${notice})`);
      for (const { target, status } of deliveries) out.line(`  ${status.padEnd(8)}  ${target}`);
    }
    return exitCodes.ok;
  });
}

/** Lets an operator act. Works beside a daemon. Returns 1 where the incident can't take it. @throws ConfigError, StoreError */
export async function actOn(action: Action, id: string, options: ActOptions, out: Terminal): Promise<number> {
  const text = textOf(options);
  const by = options.by ?? '';
  if (text !== null && (text.trim() === '' || codePointLength(text) > LONGEST_TEXT)) {
    out.line(`The text must not be empty, and have ${LONGEST_TEXT} characters at most.`);
    return exitCodes.usage;
  }
  return await withStore(options.config, async (store, { watches }) => {
    const context = { store, clock: systemClock, watches };
    const acted = await run(context, action, id, { by, from: options.from ?? '', text: text ?? '' });
    if (acted.kind === 'unknown') return unknown(out);
    if (acted.kind === 'refused') {
      out.line(`Not done: ${acted.reason}.`);
      return exitCodes.failure;
    }
    const { status, kind } = acted.incident;
    out.line(`Done: the incident is ${status}.`);
    if (kind === 'divergence' && (action === 'resolve' || action === 'retract'))
      out.line('The next round of its watch begins a new epoch.');
    return exitCodes.ok;
  });
}

async function run(
  context: jobs.IncidentContext,
  action: Action,
  id: string,
  { by, from, text }: { readonly by: string; readonly from: string; readonly text: string },
): Promise<jobs.Acted> {
  switch (action) {
    case 'ack':
      return await jobs.acknowledge(context, id, by);
    case 'note':
      return await jobs.note(context, id, by, text);
    case 'resolve':
      return await jobs.resolve(context, id, by, text);
    case 'retract':
      return await jobs.retract(context, id, by, text);
    case 'correct':
      return await jobs.correct(context, id, by, text);
    case 'reopen':
      return await jobs.reopen(context, id, by, text);
    case 'reply':
      return await jobs.reply(context, id, from, text);
  }
}

/** Unedited: of what was read, only the line feed that a shell adds is not part of it. */
function textOf({ text, reason }: ActOptions): string | null {
  const given = text ?? reason ?? null;
  return given === '-' ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : given;
}

function stateOf({ state }: IncidentsTable): unknown {
  return JSON.parse(state);
}

function deliverySummary(row: DeliveriesTable): { target: string; status: string; attempts: number } {
  const target = JSON.parse(row.target) as DeliveryTarget;
  const label = target.kind === 'email' ? 'email' : targetLabel(target);
  return { target: label, status: row.status, attempts: row.attempts };
}

function lineOf(row: IncidentsTable, out: Terminal): string {
  const colour = row.status === 'open' ? 'red' : 'green';
  const size = row.severity === null ? '' : `, ${row.severity}`;
  const held = row.embargo_ends_at === null ? '' : `, under embargo until ${time(row.embargo_ends_at)}`;
  const status = out.paint(colour, row.status.padEnd(9));
  return `${status}  ${plainLine(row.id)}  ${plainLine(row.kind)}${size}, opened ${time(row.opened_at)}${held}`;
}

function showEvent(event: IncidentEvent, out: Terminal): void {
  const by = 'by' in event ? ` by ${plainLine(event.by)}` : '';
  const from = event.type === 'replied' ? ` from ${plainLine(event.from)} (via ${event.via})` : '';
  out.line(`  ${time(event.at)}  ${event.type}${by}${from}`);
  const said = 'text' in event ? event.text : 'reason' in event ? event.reason : null;
  for (const line of said === null ? [] : plainText(said).split('\n')) out.line(`      ${line}`);
}

function unknown(out: Terminal): number {
  out.line('There is no such incident. See: twinwatch incidents list');
  return exitCodes.failure;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
