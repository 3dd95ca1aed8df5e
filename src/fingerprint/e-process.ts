import { FingerprintError } from './errors.js';
import { createFold, defaultDefinition, restoreFold } from './fold.js';
import type {
  CompleteTrial,
  EngineDefinition,
  Fold,
  FoldSnapshot,
  FoldStatus,
  Report,
  Side,
  VoidCause,
} from './types.js';

/** How {@link createEProcess} weighs answers. Whatever is left out has the default named here. */
export interface EProcessOptions {
  /** The level: at most this chance that the e-value ever reaches 1/alpha if the sides are the same; 0.001. */
  readonly alpha?: number;
  /** Both texts are cut to this many code points first; null (no cut) unless told. */
  readonly compareLength?: number | null;
  /** `equivalent` needs every probability of superiority within 0.5 ± this; 0.10. */
  readonly equivalenceMargin?: number;
  /** A finding is material beyond 0.5 ± this; 0.15. */
  readonly materialMargin?: number;
  /** The level of the findings' confidence sequences; 0.05. */
  readonly confidenceAlpha?: number;
}

/** The answers of both sides to one prompt. */
export interface EProcessTrial {
  /** Shown beside examples in the report, not otherwise used. */
  readonly prompt?: string;
  readonly listed: string;
  /** One answer, or m ≥ 1 of them; m may differ between trials. */
  readonly released: string | readonly string[];
}

/** A trial of which an answer is missing. */
export interface MissingAnswer {
  /** `free` when it failed before anything was generated; else `content`, or `interrupted` by the caller. */
  readonly cause: VoidCause;
  /** The side whose answer is missing; null, or left out, when that can't be told. */
  readonly side?: Side | null;
  /** A short word by which the report counts it; `missing` unless told. */
  readonly reason?: string;
}

/** Everything that an e-process remembers, as plain JSON. Its size does not grow with the trials. */
export interface EProcessSnapshot {
  readonly definition: EngineDefinition;
  readonly fold: FoldSnapshot;
}

/** A running e-process. Time and memory per trial do not grow with the number of trials. */
export interface EProcess {
  /**
   * Bets on a trial, then learns from it.
   * @throws FingerprintError when `released` is an empty list; nothing has changed then
   */
  add(trial: EProcessTrial): FoldStatus;
  /** Counts a trial that has no complete set of answers. Never leave such a trial out: that can bias the rest. */
  addMissing(missing: MissingAnswer): FoldStatus;
  status(): FoldStatus;
  /** Verdict in words, findings with sizes and examples, telling words. */
  report(): Report;
  /** For {@link restoreEProcess}. */
  snapshot(): EProcessSnapshot;
}

/**
 * Starts an e-process: evidence against "listed and released answers come from the same model" that may be
 * looked at after every trial. It starts at 1; if within each trial the 1 + m answers are exchangeable, then
 *
 *     P(the e-value ever reaches 1/alpha) ≤ alpha
 *
 * however long it runs and whenever one stops. `verdict` turns `different` when that happens, and stays so.
 *
 * Each trial multiplies the wealth of several experts by their payoffs, which average 1 over all places that
 * the listed answer could have; what an expert bets is fixed by earlier trials. The e-value is a fixed
 * weighted mean of these wealths. With m > 1 a payoff is the mean over the m pairs.
 *
 * What has to hold: answers drawn afresh in every trial, none chosen after it was seen; no prompt again
 * whose answers may be cached or were drawn at temperature 0; missing answers told by `addMissing`.
 *
 * Units: texts in UTF-16 strings, lengths in code points, `log10E` in powers of ten.
 *
 * Worked example: 60 trials with `listed` "Sure! …" and `released` "No. …" (texts of their own each time)
 * alarm soon after the limit of ⌈log₂(1/alpha)⌉ = 10 trials.
 *
 * Degenerate: no trial gives e-value 1 and `undecided`. Two answers with the same canonical text pay exactly 1.
 * Empty texts are texts. The e-value is Infinity past 1e308; `log10E` always stands.
 *
 * Source: Ramdas, Grünwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference"
 * (Statistical Science 2023); Lhéritier and Cazals, "A sequential non-parametric multivariate two-sample
 * test" (IEEE Trans. Inf. Theory 2018).
 * @throws FingerprintError for alpha or confidenceAlpha outside 0 … 1, a margin outside 0 … ½, or a
 *   compareLength that is no whole number above 0
 */
export function createEProcess(options: EProcessOptions = {}): EProcess {
  const { alpha = 0.001, compareLength = null, ...rest } = options;
  const definition = { ...defaultDefinition(alpha), compareLength, ...rest };
  return eProcess(definition, createFold(definition));
}

/**
 * Continues an e-process from its snapshot, to the same bits as if it had never stopped, on any Node version.
 *
 * Worked example: `restoreEProcess(JSON.parse(JSON.stringify(process.snapshot())))` is at the same e-value
 * and gains the same from the next trial. A snapshot without trials restores to e-value 1.
 * @throws FingerprintError when the snapshot is damaged or was made by another version of the engine
 */
export function restoreEProcess(snapshot: EProcessSnapshot): EProcess {
  if (snapshot?.definition === undefined || snapshot.fold === undefined) {
    throw new FingerprintError('the snapshot is damaged');
  }
  const { definition, fold } = snapshot;
  return eProcess(definition, restoreFold(definition, fold));
}

function eProcess(definition: EngineDefinition, fold: Fold): EProcess {
  const name = { suite: '', promptId: '' };
  return {
    add: ({ prompt = '', listed, released }) => {
      const answers = typeof released === 'string' ? [released] : released;
      const trial: CompleteTrial = { kind: 'complete', ...name, prompt, listed, released: answers };
      return fold.add(trial);
    },
    addMissing: ({ cause, side = null, reason = 'missing' }) =>
      fold.add({ kind: 'void', ...name, cause, side, reason }),
    status: () => fold.status(),
    report: () => fold.report(),
    snapshot: () => ({ definition, fold: fold.snapshot() }),
  };
}
