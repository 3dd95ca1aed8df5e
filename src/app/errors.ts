import { TwinwatchError } from '../core/index.js';

/** The program was asked for something it doesn't have. */
export class AppError extends TwinwatchError {
  readonly code = 'app';
}
