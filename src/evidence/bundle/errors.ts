import { errorMessage } from '../../core/index.js';
import { EvidenceError } from '../errors.js';

/** Something in a bundle is not true. */
export class BundleProblem extends EvidenceError {
  /** Height of the log's entry that it is about; null where it is about none. */
  readonly entry: number | null;

  constructor(message: string, entry: number | null = null) {
    super(message);
    this.entry = entry;
  }
}

/** The file is not a bundle, or no honest one. */
export class BundleRefused extends EvidenceError {}

/** Runs `work`; whatever it throws is a problem of this entry. @throws BundleProblem, BundleRefused */
export function atEntry<T>(entry: number | null, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asProblem(entry, error);
  }
}

/** An error as a problem of an entry; problems and refusals stay what they are. */
export function asProblem(entry: number | null, error: unknown): EvidenceError {
  if (error instanceof BundleProblem || error instanceof BundleRefused) return error;
  return new BundleProblem(`${entry === null ? '' : `entry ${entry}: `}${errorMessage(error)}`, entry);
}
