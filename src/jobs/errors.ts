import { TwinwatchError } from '../core/index.js';

/** A job can't be done as asked. */
export class JobError extends TwinwatchError {
  readonly code = 'job';
}
