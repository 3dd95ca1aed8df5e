import { TwinwatchError } from '../core/index.js';

/** The store can't be opened, is in use, or is not what it should be. */
export class StoreError extends TwinwatchError {
  readonly code: 'store' | 'store-locked';

  constructor(code: 'store' | 'store-locked', message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
