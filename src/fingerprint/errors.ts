import { TwinwatchError } from '../core/index.js';

/** A value reached the engine that its contract excludes. */
export class FingerprintError extends TwinwatchError {
  readonly code = 'fingerprint';
}
