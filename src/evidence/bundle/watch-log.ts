import { canonicalJson, type Json, sha256 } from '../../core/index.js';
import { type EngineDefinition, epochAlpha } from '../../fingerprint/index.js';
import type { LogFields } from '../log-entry.js';
import { atEntry, BundleProblem } from './errors.js';
import {
  type AnswerPlace,
  type Definition,
  isReadKind,
  type Payloads,
  type ReadKind,
  readDefinition,
  readEngine,
  readPayload,
} from './payloads.js';

/** A payload, and the height and time of its entry. */
export type At<T> = T & { readonly height: number; readonly at: number };
/** What the log says of a trial's end. */
export type LoggedTrial = At<Payloads['trial']>;
/** A changed verdict. */
export type LoggedVerdict = At<Payloads['verdict']>;

/** A round as it was planned; its seed once it was revealed. */
export interface LoggedRound extends At<Payloads['round-plan']> {
  readonly seed: string | null;
}

/** A side said something else about itself than before. */
export type LoggedChange = At<Payloads['declared-change']>;

/** The vendor has said something to an incident. */
export interface LoggedReply {
  readonly incident: string;
  /** Of the incident's event. */
  readonly seq: number;
  readonly height: number;
  readonly at: number;
  readonly hash: string;
}

/** What the log says of one epoch of a watch. */
export interface LoggedWatch {
  readonly watch: string;
  /** Null where the version that began the epoch did not log them. */
  readonly title: string | null;
  readonly claim: string | null;
  readonly epoch: number;
  readonly startedAt: number;
  readonly definition: { readonly text: string; readonly hash: string; readonly read: Definition };
  readonly engine: { readonly text: string; readonly read: EngineDefinition };
  /** The newest epoch of the watch. */
  readonly lastEpoch: number;
  /** The finished ones: their seeds are revealed. Nothing can be shown of a round before that. */
  readonly rounds: readonly LoggedRound[];
  /** How many trials these have. */
  readonly trials: number;
  /** Trials that were planned in a round that had not finished. */
  readonly openTrials: number;
  readonly verdicts: readonly LoggedVerdict[];
  readonly declared: readonly LoggedChange[];
  /** The incident that the verdict opened, or null. */
  readonly incident: { readonly id: string; readonly openedAt: number } | null;
  /** In their order. */
  readonly replies: readonly LoggedReply[];
  /** @throws BundleProblem when the log has no such trial */
  trial(seq: number): LoggedTrial;
  /** Whether the log says that the answer's text was removed. */
  isRemoved(seq: number, answer: AnswerPlace): boolean;
}

/** Reads what a log says of one epoch of a watch. */
export interface WatchLog {
  /** Takes the log's next entry, of whatever watch. @throws BundleProblem when it contradicts those before */
  add(entry: LogFields): void;
  /** @throws BundleProblem when something is missing */
  end(): LoggedWatch;
}

/** Nothing that is kept of an entry is larger than about a kilobyte. */
const MOST_KEPT = 1_000_000;

interface State {
  lastEpoch: number;
  definition: At<Payloads['watch-definition']> | null;
  readonly rounds: LoggedRound[];
  readonly trials: Map<number, LoggedTrial>;
  readonly verdicts: LoggedVerdict[];
  readonly removals: Removal[];
  readonly declared: LoggedChange[];
  readonly replies: LoggedReply[];
  named: Pick<LoggedWatch, 'title' | 'claim'>;
  incident: LoggedWatch['incident'];
}

/** Texts that are gone: of all answers in a row of trials, or of some. */
interface Removal {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly answers: readonly AnswerPlace[] | null;
}

/** Begins to read. */
export function createWatchLog(watch: string, epoch: number): WatchLog {
  const state: State = {
    lastEpoch: 0,
    definition: null,
    rounds: [],
    trials: new Map(),
    verdicts: [],
    removals: [],
    declared: [],
    replies: [],
    named: { title: null, claim: null },
    incident: null,
  };
  return {
    add: ({ kind, height, at, payload, watch_id }) => {
      if (watch_id !== watch || !isReadKind(kind)) return;
      const read = readPayload(kind, height, payload);
      const take = takers[kind] as (state: State, payload: unknown, epoch: number) => void;
      if (kind === 'watch-definition' || read.epoch === epoch) take(state, { ...read, height, at }, epoch);
      if (kept(state) > MOST_KEPT)
        throw new BundleProblem(`entry ${height}: the watch has too many entries to be checked here`, height);
    },
    end: () => loggedWatch(watch, epoch, state),
  };
}

function kept({ trials, verdicts, removals, rounds, declared, replies }: State): number {
  return (
    trials.size + [verdicts, removals, rounds, declared, replies].reduce((sum, { length }) => sum + length, 0)
  );
}

type Takers = {
  readonly [K in ReadKind]: (state: State, payload: At<Payloads[K]>, epoch: number) => void;
};

const takers: Takers = {
  'watch-definition': (state, payload, epoch) => {
    must(payload, payload.epoch === state.lastEpoch + 1, 'an epoch is missing before it');
    must(
      payload,
      sha256(payload.definition) === payload.definitionHash,
      'the definition has not the hash that is stated',
    );
    state.lastEpoch = payload.epoch;
    if (payload.epoch !== epoch) return;
    state.definition = payload;
    state.named = { title: payload.title ?? null, claim: payload.claim ?? null };
  },
  'watch-title': (state, { title, claim }) => {
    state.named = { title, claim };
  },
  'round-plan': (state, payload) => {
    const last = state.rounds.at(-1);
    must(
      payload,
      payload.round === (last?.round ?? 0) + 1 && payload.firstSeq === endOf(last) + 1,
      'a round is missing before it',
    );
    state.rounds.push({ ...payload, seed: null });
  },
  trial: (state, payload) => {
    const round = state.rounds.findLast(({ firstSeq }) => firstSeq <= payload.seq);
    must(payload, round !== undefined && payload.seq <= endOf(round), 'the trial was not planned');
    must(payload, round?.seed === null, "the trial ended after its round's end");
    must(payload, !state.trials.has(payload.seq), 'the trial has ended before');
    state.trials.set(payload.seq, payload);
  },
  'seed-reveal': (state, payload) => {
    const i = payload.round - 1;
    const round = state.rounds[i];
    must(payload, round !== undefined && round.seed === null, 'there is no such round to end');
    if (round === undefined) return;
    must(payload, sha256(payload.seed) === round.seedHash, 'the seed is not the one that was committed to');
    for (let seq = round.firstSeq; seq <= endOf(round); seq += 1)
      must(payload, state.trials.has(seq), `the round ended without its trial ${seq}`);
    state.rounds[i] = { ...round, seed: payload.seed };
  },
  verdict: (state, payload) => {
    must(
      payload,
      payload.seq > (state.verdicts.at(-1)?.seq ?? 0),
      'the verdict comes after one on later trials',
    );
    state.verdicts.push(payload);
  },
  'declared-change': (state, payload) => {
    state.declared.push(payload);
  },
  incident: (state, { incident, seq, kind, event, text, height, at }) => {
    if (kind === 'divergence' && event === 'opened') state.incident ??= { id: incident, openedAt: at };
    if (event === 'replied' && text !== null) state.replies.push({ incident, seq, height, at, hash: text });
  },
  redaction: (state, payload) => {
    const removal =
      'seq' in payload
        ? { firstSeq: payload.seq, lastSeq: payload.seq, answers: payload.answers }
        : { ...payload, answers: null };
    must(
      payload,
      state.trials.has(removal.firstSeq) && state.trials.has(removal.lastSeq),
      'a text was removed of a trial that had not ended',
    );
    state.removals.push(removal);
  },
};

function must({ height }: { readonly height: number }, holds: boolean, problem: string): void {
  if (!holds) throw new BundleProblem(`entry ${height}: ${problem}`, height);
}

function endOf(round: Pick<LoggedRound, 'firstSeq' | 'trials'> | undefined): number {
  return round === undefined ? 0 : round.firstSeq + round.trials - 1;
}

function loggedWatch(watch: string, epoch: number, state: State): LoggedWatch {
  const { definition, rounds, lastEpoch, verdicts, declared, incident, replies } = state;
  if (definition === null)
    throw new BundleProblem(`the log up to the checkpoint does not begin epoch ${epoch} of this watch`);
  const { height } = definition;
  const read = readDefinition(height, definition.definition);
  const engine = readEngine(height, definition.engine);
  atEntry(height, () => {
    const alpha = epochAlpha(read.engine.alpha, epoch);
    if (definition.engine !== canonicalJson({ ...read.engine, alpha } as unknown as Json))
      throw new Error('the engine is not the one that the definition and the epoch ask for');
  });
  const open = rounds.findIndex(({ seed }) => seed === null);
  const finished = open < 0 ? rounds : rounds.slice(0, open);
  const trials = endOf(finished.at(-1));
  return {
    watch,
    ...state.named,
    epoch,
    startedAt: definition.at,
    definition: { text: definition.definition, hash: definition.definitionHash, read },
    engine: { text: definition.engine, read: engine },
    lastEpoch,
    rounds: finished,
    trials,
    openTrials: endOf(rounds.at(-1)) - trials,
    verdicts,
    declared,
    incident,
    replies,
    trial: (seq) => {
      const trial = state.trials.get(seq);
      if (trial === undefined) throw new BundleProblem(`the log has no trial ${seq}`);
      return trial;
    },
    isRemoved: (seq, { side, slot }) =>
      state.removals.some(
        ({ firstSeq, lastSeq, answers }) =>
          firstSeq <= seq &&
          seq <= lastSeq &&
          (answers === null || answers.some((one) => one.side === side && one.slot === slot)),
      ),
  };
}
