import type { StoreConfig } from '../../config/index.js';
import { inspectStore, type StoreState } from '../../store/index.js';
import type { Check } from './check.js';

/** Too little for the log of a day, and for the month that it takes until somebody looks. */
const [TOO_LITTLE, LITTLE] = [100e6, 1e9];

/** Whether the store is sound and has room. It is looked at, not opened for work. */
export function checkStore(config: StoreConfig): Check {
  const state = inspectStore(config);
  const shared = { area: 'store', subject: config.path } as const;
  const [first] = state.problems;
  if (first !== undefined) {
    const fix = 'check the path, whose file it is, and restore a damaged store from a backup';
    return { ...shared, level: 'problem', detail: state.problems.join('; '), fix };
  }
  const detail = [sizeOf(state), roomOf(state), state.inUse ? 'in use by a running Twinwatch' : 'not in use'];
  const { freeBytes } = state;
  const isLow = freeBytes !== null && freeBytes < LITTLE;
  const level = freeBytes !== null && freeBytes < TOO_LITTLE ? 'problem' : isLow ? 'warning' : 'ok';
  return { ...shared, level, detail: detail.join(', '), fix: isLow ? 'make room on the disk' : null };
}

function sizeOf({ bytes }: StoreState): string {
  return bytes === null ? 'none yet: the first round makes it' : `${size(bytes)}, sound`;
}

function roomOf({ freeBytes }: StoreState): string {
  return freeBytes === null ? 'free space unknown' : `${size(freeBytes)} free`;
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
