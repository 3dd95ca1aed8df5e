import type { CompleteTrial, FoldStatus } from '../../fingerprint/index.js';
import type { PlannedTrial, Suite } from '../../probes/index.js';
import { NEWEST_PAIRS } from '../report/index.js';
import { checkAnswerLine } from './answer-lines.js';
import { BundleProblem } from './errors.js';
import { createReplay, type Replayed } from './replay.js';
import { createRoundCheck } from './rounds.js';
import type { LoggedWatch } from './watch-log.js';

/** What the trials of a watch were found to be. */
export interface CheckedAnswers {
  readonly replayed: Replayed;
  /** Rounds whose prompts were planned anew. */
  readonly replanned: number;
  readonly answers: number;
  /** Answers whose text was removed. */
  readonly removed: number;
  /** The last complete trials whose texts are there, the newest first. */
  readonly newest: readonly CompleteTrial[];
}

/** Looks on while a bundle is checked. What it is told counts only once the whole bundle was found to hold. */
export interface BundleObserver {
  /** The watch, and its suites by their hash: see `createRoundCheck`. Before all trials. */
  readonly onWatch?: (watch: LoggedWatch, suites: ReadonlyMap<string, Suite> | null) => void;
  /** Each trial of a finished round as it was planned, in order. */
  readonly onTrial?: (planned: PlannedTrial) => void;
  /** Where the replay stands after each trial, from the first one on, as far as it can go. */
  readonly onStatus?: (status: FoldStatus) => void;
}

/**
 * Checks every trial of the finished rounds, and replays them.
 * @param suites by their hash, or null: see `createRoundCheck`
 * @param lines those of `answers.jsonl`
 * @throws BundleProblem
 */
export async function checkAnswers(
  watch: LoggedWatch,
  suites: ReadonlyMap<string, Suite> | null,
  lines: AsyncIterable<string>,
  observer: BundleObserver = {},
): Promise<CheckedAnswers> {
  observer.onWatch?.(watch, suites);
  const replay = createReplay(watch, observer.onStatus);
  const plans = createRoundCheck(suites);
  const rounds = watch.rounds.values();
  let round = rounds.next().value;
  let planned: PlannedTrial[] = [];
  let [seq, answers, removed] = [0, 0, 0];
  let newest: CompleteTrial[] = [];
  for await (const line of lines) {
    seq += 1;
    if (round === undefined) throw new BundleProblem(`answers.jsonl goes on after trial ${watch.trials}`);
    const trial = checkAnswerLine(line, seq, watch);
    answers += trial.answers;
    removed += trial.removed;
    replay.add(trial.record);
    if (trial.record?.kind === 'complete') newest = [trial.record, ...newest].slice(0, NEWEST_PAIRS);
    observer.onTrial?.(trial.planned);
    planned.push(trial.planned);
    if (planned.length < round.trials) continue;
    await plans.add(round, planned);
    [round, planned] = [rounds.next().value, []];
  }
  if (seq !== watch.trials)
    throw new BundleProblem(`answers.jsonl ends with trial ${seq}, ${watch.trials} were planned`);
  return { replayed: replay.end(), replanned: plans.replanned(), answers, removed, newest };
}
