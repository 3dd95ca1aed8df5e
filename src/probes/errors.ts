import { TwinwatchError } from '../core/index.js';

/** A suite can't be used, or a round can't be planned. Outcomes of probing are data, not errors. */
export class ProbeError extends TwinwatchError {
  readonly code = 'probe';
}
