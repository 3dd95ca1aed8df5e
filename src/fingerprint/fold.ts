import type { Json } from '../core/index.js';
import { FingerprintError } from './errors.js';
import { FoldState, type SavedState } from './fold-state.js';
import { buildReport } from './report.js';
import { extractTrial, type TrialFeatures } from './trial-features.js';
import {
  type CompleteTrial,
  ENGINE_VERSION,
  type EngineDefinition,
  type Fold,
  type FoldSnapshot,
  type FoldStatus,
  type Report,
  type TrialRecord,
} from './types.js';

/** A {@link Fold} that also takes trials whose features were computed before. */
export interface FeatureFold extends Fold {
  /** Adds a complete trial by its features. Same result as `add` on the trial itself. */
  addFeatures(features: TrialFeatures): FoldStatus;
}

/** The definition that a watch gets unless it says otherwise. @throws FingerprintError unless 0 < alpha < 1 */
export function defaultDefinition(alpha: number): EngineDefinition {
  const definition = {
    engine: ENGINE_VERSION,
    alpha,
    compareLength: 8000,
    equivalenceMargin: 0.1,
    materialMargin: 0.15,
    confidenceAlpha: 0.05,
  };
  checkDefinition(definition);
  return definition;
}

/**
 * Starts the fold of trials into evidence at e-value 1.
 * @throws FingerprintError for a definition that is out of range or of another engine
 */
export function createFold(definition: EngineDefinition): FeatureFold {
  checkDefinition(definition);
  return new EvidenceFold(definition, new FoldState(definition));
}

/**
 * Continues a fold from a snapshot, to the same bits as if it had never stopped.
 * @throws FingerprintError when the snapshot is of another engine or damaged
 */
export function restoreFold(definition: EngineDefinition, snapshot: FoldSnapshot): FeatureFold {
  checkDefinition(definition);
  if (snapshot.version !== ENGINE_VERSION) {
    throw new FingerprintError(`the snapshot is of engine ${snapshot.version}, this is ${ENGINE_VERSION}`);
  }
  const state = new FoldState(definition);
  state.load(snapshot.state as unknown as SavedState);
  return new EvidenceFold(definition, state);
}

/** The features of a trial for {@link FeatureFold.addFeatures}: pure, and the same for every fold. */
export function extractFeatures(definition: EngineDefinition, trial: CompleteTrial): TrialFeatures {
  return extractTrial(definition, trial);
}

class EvidenceFold implements FeatureFold {
  readonly #definition: EngineDefinition;
  readonly #state: FoldState;

  constructor(definition: EngineDefinition, state: FoldState) {
    this.#definition = definition;
    this.#state = state;
  }

  add(trial: TrialRecord): FoldStatus {
    if (trial.kind === 'complete') return this.addFeatures(extractTrial(this.#definition, trial));
    this.#state.addVoid(trial);
    return this.status();
  }

  addFeatures(features: TrialFeatures): FoldStatus {
    this.#state.addComplete(features);
    return this.status();
  }

  status(): FoldStatus {
    return this.#state.status();
  }

  report(): Report {
    return buildReport(this.#definition, this.#state);
  }

  snapshot(): FoldSnapshot {
    return { version: ENGINE_VERSION, state: this.#state.save() as unknown as Json };
  }
}

function checkDefinition(definition: EngineDefinition): void {
  const { engine, alpha, compareLength, equivalenceMargin, materialMargin, confidenceAlpha } = definition;
  if (engine !== ENGINE_VERSION) {
    throw new FingerprintError(`the definition asks for engine ${engine}, this is ${ENGINE_VERSION}`);
  }
  const shares = { alpha, confidenceAlpha };
  for (const [name, value] of Object.entries(shares)) {
    if (!(value > 0 && value < 1)) {
      throw new FingerprintError(`${name} must lie between 0 and 1, not ${value}`);
    }
  }
  for (const [name, value] of Object.entries({ equivalenceMargin, materialMargin })) {
    if (!(value > 0 && value < 0.5)) {
      throw new FingerprintError(`${name} must lie between 0 and 0.5, not ${value}`);
    }
  }
  if (compareLength !== null && !(Number.isInteger(compareLength) && compareLength > 0)) {
    throw new FingerprintError(`compareLength must be a whole number above 0 or null, not ${compareLength}`);
  }
}
