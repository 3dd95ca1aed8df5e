import { TwinwatchError } from '../core/index.js';

/** The evidence log does not hold together. */
export class EvidenceError extends TwinwatchError {
  readonly code = 'evidence';
}
