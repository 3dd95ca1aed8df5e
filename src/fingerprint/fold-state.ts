import { Experts } from './betting/experts.js';
import { Mixture } from './betting/mixture.js';
import { FingerprintError } from './errors.js';
import { describedFeatures } from './findings/findings.js';
import { RunningMeans } from './findings/running-means.js';
import { TrialSamples } from './findings/samples.js';
import { WordTable } from './findings/word-table.js';
import { exp, log } from './math.js';
import { NumberStore } from './number-store.js';
import type { TrialFeatures } from './trial-features.js';
import type { EngineDefinition, FindingExample, FoldStatus, Verdict, VoidTrial } from './types.js';
import { VoidMonitor } from './voids.js';

/** The JSON form of a state. */
export interface SavedState {
  readonly numbers: Readonly<Record<string, string>>;
  readonly examples: readonly (FindingExample | null)[];
  readonly words: ReturnType<WordTable['save']>;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Everything that one fold remembers, of bounded size, and the rules by which a trial changes it. */
export class FoldState {
  readonly #definition: EngineDefinition;
  readonly #numbers: NumberStore = new NumberStore();
  readonly #experts: Experts;
  readonly #mixture: Mixture;
  /** The complete trial of the alarm, or 0. */
  readonly #alarm: Float64Array;
  readonly voids: VoidMonitor;
  /** Of the described features, then of how often the calibrated expert told the sides apart. */
  readonly means: RunningMeans;
  /** The index of the latter. */
  readonly toldApart: number;
  readonly samples: TrialSamples;
  readonly words: WordTable = new WordTable();

  constructor(definition: EngineDefinition) {
    this.#definition = definition;
    this.#experts = new Experts(this.#numbers, definition.logProbs === true);
    this.#mixture = new Mixture(this.#numbers, this.#experts.prior());
    this.#alarm = this.#numbers.float64('alarm', 1);
    this.voids = new VoidMonitor(this.#numbers);
    this.toldApart = describedFeatures(definition).length;
    this.means = new RunningMeans(this.#numbers, this.toldApart + 1);
    this.samples = new TrialSamples(this.#numbers, this.toldApart);
  }

  /** The natural logarithm of the e-value. */
  get logE(): number {
    return this.#mixture.logE();
  }

  /** A missing answer costs every expert what it could have lost at most; a free void costs nothing. */
  addVoid(trial: VoidTrial): void {
    this.voids.addVoid(trial);
    if (trial.cause !== 'free') {
      this.#experts.smallest();
      this.#mixture.price(this.#experts.payoffs);
    }
    this.#latch();
  }

  addComplete(trial: TrialFeatures): void {
    if (trial.released.length === 0) throw new FingerprintError('a complete trial needs a released answer');
    this.voids.addComplete();
    const { toldApart } = this.#experts.play(trial);
    this.#mixture.bet(this.#experts.payoffs);
    this.means.add(Float64Array.of(...superiorities(trial, this.toldApart), toldApart));
    this.samples.add(trial);
    this.words.add(
      trial.listed.words,
      trial.released.map((r) => r.words),
    );
    this.#latch();
  }

  #latch(): void {
    if (this.#alarm[0] !== 0 || this.voids.unreadableReason() !== null) return;
    if (this.logE >= log(1 / this.#definition.alpha)) this.#alarm[0] = this.voids.complete;
  }

  status(): FoldStatus {
    const logE = this.logE;
    const unreadableReason = this.voids.unreadableReason();
    const alarm = this.#alarm[0] ?? 0;
    return {
      verdict: this.#verdict(alarm > 0, unreadableReason !== null),
      log10E: logE / Math.LN10,
      eValue: exp(logE),
      trials: this.voids.complete,
      voidTrials: this.voids.voids,
      alarmAtTrial: alarm > 0 ? alarm : null,
      unreadableReason,
    };
  }

  #verdict(alarmed: boolean, unreadable: boolean): Verdict {
    if (alarmed) return 'different';
    if (unreadable) return 'unreadable';
    return this.#equivalent() ? 'equivalent' : 'undecided';
  }

  /**
   * Whether every feature, and how often the leading expert is right, lies within ½ ± the margin. Each
   * confidence sequence at the full level suffices: to claim equivalence wrongly, the one quantity that
   * lies outside must be missed (an intersection–union test), so nothing is divided among the features.
   */
  #equivalent(): boolean {
    const { equivalenceMargin, confidenceAlpha } = this.#definition;
    for (let i = 0; i <= this.toldApart; i += 1) {
      if (Math.abs(this.means.mean(i) - 0.5) >= equivalenceMargin) return false;
    }
    for (let i = this.toldApart; i >= 0; i -= 1) {
      if (!this.means.isWithin(i, confidenceAlpha, equivalenceMargin)) return false;
    }
    return true;
  }

  save(): SavedState {
    return {
      numbers: this.#numbers.save(),
      examples: this.samples.saveExamples(),
      words: this.words.save(),
      reasons: this.voids.reasons,
    };
  }

  load(saved: SavedState): void {
    if (saved?.numbers === undefined || saved.words === undefined || saved.examples === undefined) {
      throw new FingerprintError('the snapshot is damaged');
    }
    this.#numbers.load(saved.numbers);
    this.#experts.restored();
    this.samples.loadExamples(saved.examples);
    this.words.load(saved.words);
    this.voids.loadReasons(saved.reasons);
  }
}

/** For each described feature 1, ½ or 0 as the listed answer has more, as much or less; mean over pairs. */
function superiorities(trial: TrialFeatures, features: number): Float64Array {
  const out = new Float64Array(features);
  for (const released of trial.released) {
    for (let f = 0; f < features; f += 1) {
      const [a, b] = [trial.listed.style[f] ?? 0, released.style[f] ?? 0];
      out[f] = (out[f] ?? 0) + (a > b ? 1 : a < b ? 0 : 0.5);
    }
  }
  return out.map((sum) => sum / trial.released.length);
}
