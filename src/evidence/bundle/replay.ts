import { canonicalJson, type Json } from '../../core/index.js';
import { createFold, type FoldStatus, type Report, type TrialRecord } from '../../fingerprint/index.js';
import { atEntry, BundleProblem } from './errors.js';
import type { LoggedVerdict, LoggedWatch } from './watch-log.js';

/** Folds a watch's trials again and holds every verdict against the log. */
export interface Replay {
  /** Takes the next trial; null where its texts were removed: from there on nothing can be replayed. @throws BundleProblem */
  add(record: TrialRecord | null): void;
  /** @throws BundleProblem when the log has a verdict that did not come about */
  end(): Replayed;
}

/** How far a replay came, and where it led. */
export interface Replayed {
  /** The last trial that was replayed. */
  readonly seq: number;
  readonly status: FoldStatus;
  /** Verdicts that came out as logged. */
  readonly verdicts: number;
  readonly report: Report;
  /** log₁₀ of the e-value after each complete trial. */
  readonly curve: readonly number[];
  /** How many trials were complete after each trial. */
  readonly complete: readonly number[];
  /** `result.json`. */
  readonly text: string;
}

/** @param onStatus told where each trial that could be replayed led to */
export function createReplay(watch: LoggedWatch, onStatus?: (status: FoldStatus) => void): Replay {
  const fold = atEntry(null, () => createFold(watch.engine.read));
  const logged = new Map(watch.verdicts.map((one) => [one.seq, one]));
  let [seq, isBroken, confirmed] = [0, false, 0];
  let verdict: FoldStatus['verdict'] | null = null;
  // Whoever leaves an epoch in the middle of a round closes it without a further look at its evidence.
  const leftFrom = watch.epoch < watch.lastEpoch ? (watch.rounds.at(-1)?.firstSeq ?? 0) : Infinity;
  const curve: number[] = [];
  const complete: number[] = [];
  return {
    add: (record) => {
      isBroken ||= record === null;
      if (isBroken || record === null) return;
      seq += 1;
      const status = fold.add(record);
      onStatus?.(status);
      if (status.trials > curve.length) curve.push(status.log10E);
      complete.push(status.trials);
      const entry = logged.get(seq);
      const change = status.verdict === verdict ? null : { from: verdict, to: status.verdict };
      if (entry === undefined && seq >= leftFrom) {
        verdict = status.verdict;
        return;
      }
      if (change !== null || entry !== undefined) {
        compare(seq, entry, change, status);
        confirmed += 1;
      }
      verdict = status.verdict;
    },
    end: () => {
      const report = fold.report();
      const text = resultText(seq, report);
      return { seq, status: fold.status(), verdicts: confirmed, report, curve, complete, text };
    },
  };
}

type Change = Pick<LoggedVerdict, 'from' | 'to'>;

function compare(
  seq: number,
  entry: LoggedVerdict | undefined,
  change: Change | null,
  status: FoldStatus,
): void {
  if (entry === undefined)
    throw new BundleProblem(`trial ${seq} leads to "${change?.to}", of which the log says nothing`);
  const { height, from, to, log10E, trials } = entry;
  const problem = (what: string): BundleProblem => new BundleProblem(`entry ${height}: ${what}`, height);
  if (change === null) throw problem(`trial ${seq} does not change the verdict to "${to}"`);
  if (change.from !== from || change.to !== to)
    throw problem(`trial ${seq} leads from ${change.from} to ${change.to}, not from ${from} to ${to}`);
  if (status.log10E !== log10E)
    throw problem(`the replay reaches an e-value of 10^${status.log10E}, the log has 10^${log10E}`);
  if (status.trials !== trials)
    throw problem(`the replay has ${status.trials} trials, the log has ${trials}`);
}

/** All that the engine says after a trial. */
function resultText(seq: number, report: Report): string {
  // JSON has no number past 1e308; log10E always tells.
  const eValue = Number.isFinite(report.eValue) ? report.eValue : null;
  return canonicalJson({ seq, report: { ...report, eValue } } as unknown as Json);
}
