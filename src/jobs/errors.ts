import { TwinwatchError } from '../core/index.js';

/** A job can't do what it was asked. */
export class JobError extends TwinwatchError {
  readonly code = 'job';
}
