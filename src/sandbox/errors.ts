import { TwinwatchError } from '../core/index.js';

/** The sandbox's data is not valid, or its port can't be had. */
export class SandboxError extends TwinwatchError {
  readonly code = 'sandbox';
}
