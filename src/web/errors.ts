import { TwinwatchError } from '../core/index.js';

/** The page can't be served. */
export class WebError extends TwinwatchError {
  readonly code = 'web';
}
