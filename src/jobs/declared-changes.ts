import type { Side } from '../fingerprint/index.js';
import {
  type AnswersTable,
  type Db,
  type DeclaredField,
  type DeclaredValuesTable,
  declaredValues,
  saveDeclaredValue,
  type TrialsTable,
  type Tx,
} from '../store/index.js';

/** A side says something else about itself than before: its model's name, its fingerprint, its provider. */
export interface DeclaredChange {
  readonly side: Side;
  readonly field: DeclaredField;
  readonly before: string;
  readonly after: string;
  /** The trial that showed it. */
  readonly seq: number;
  readonly at: number;
}

/** A declared value and the last trial that it was seen in. */
export interface Seen {
  readonly value: string;
  readonly seq: number;
}

/** A value that was seen within so many trials is no news: fleets alternate between a few fingerprints. */
const WINDOW = 100;
/** Values kept for each field. */
const KEPT = 8;
/** When a value was last seen is written down again only after so many trials, to spare the disk. */
const STALE = 25;

/**
 * Takes note of a value seen in trial `seq`. `recent` holds the newest first. Returns what to keep, null for
 * no change to it, and the value before when this one is a declared change.
 */
export function noteValue(
  recent: readonly Seen[],
  value: string,
  seq: number,
): { recent: readonly Seen[] | null; before: string | null } {
  const [latest] = recent;
  const known = recent.find((seen) => seen.value === value);
  if (latest && known === latest && seq - latest.seq < STALE) return { recent: null, before: null };
  const isNews = latest !== undefined && known !== latest && (!known || seq - known.seq > WINDOW);
  const others = recent.filter((seen) => seen !== known);
  const last = Math.max(seq, known?.seq ?? 0);
  return {
    recent: [{ value, seq: last }, ...others].slice(0, KEPT),
    before: isNews ? latest.value : null,
  };
}

const fields: readonly (readonly [DeclaredField, (answer: AnswersTable) => string | null])[] = [
  ['model', (answer) => answer.model_returned],
  ['systemFingerprint', (answer) => answer.system_fingerprint],
  ['provider', (answer) => answer.provider],
];

/** Records what a trial's answers declare; returns what changed. */
export async function noteDeclared(
  tx: Tx,
  trial: TrialsTable,
  answers: readonly AnswersTable[],
  at: number,
): Promise<DeclaredChange[]> {
  const declared = answers.flatMap((answer) =>
    fields.flatMap(([field, read]) => {
      const value = read(answer);
      return value === null ? [] : [{ side: answer.side, field, value }];
    }),
  );
  if (declared.length === 0) return [];
  const { watch_id, epoch, seq } = trial;
  const rows = new Map((await declaredValues(tx, watch_id, epoch)).map((row) => [keyOf(row), row]));
  const changes: DeclaredChange[] = [];
  for (const { side, field, value } of declared) {
    const row = rows.get(keyOf({ side, field })) ?? newRow(trial, side, field);
    const noted = noteValue(JSON.parse(row.recent) as Seen[], value, seq);
    if (noted.recent === null) continue;
    const { before } = noted;
    const change = before === null ? {} : { before, after: value, changed_seq: seq, changed_at: at };
    const next = { ...row, recent: JSON.stringify(noted.recent), ...change };
    rows.set(keyOf(row), next);
    await saveDeclaredValue(tx, next);
    if (before !== null) changes.push({ side, field, before, after: value, seq, at });
  }
  return changes;
}

function keyOf({ side, field }: { side: Side; field: DeclaredField }): string {
  return `${side} ${field}`;
}

function newRow({ watch_id, epoch }: TrialsTable, side: Side, field: DeclaredField): DeclaredValuesTable {
  const unchanged = { before: null, after: null, changed_seq: null, changed_at: null };
  return { watch_id, epoch, side, field, recent: '[]', ...unchanged };
}

/** The newest declared change of this epoch, or null. */
export async function lastDeclaredChange(
  db: Db,
  watchId: string,
  epoch: number,
): Promise<DeclaredChange | null> {
  const changes = (await declaredValues(db, watchId, epoch)).flatMap((row): DeclaredChange[] => {
    const { side, field, before, after, changed_seq: seq, changed_at: at } = row;
    if (before === null || after === null || seq === null || at === null) return [];
    return [{ side, field, before, after, seq, at }];
  });
  return changes.sort((a, b) => b.at - a.at)[0] ?? null;
}
