import type { Side } from '../../fingerprint/index.js';

/** What a side says about itself beside its answers. */
export type DeclaredField = 'model' | 'systemFingerprint' | 'provider';

/** What a side last declared in one field, and the newest change of that. */
export interface DeclaredValuesTable {
  watch_id: string;
  epoch: number;
  side: Side;
  field: DeclaredField;
  /** JSON array of `{value, seq}`, a few, the newest first: when each value was last seen, roughly. */
  recent: string;
  /** The newest change; null while there was none. */
  before: string | null;
  after: string | null;
  /** The trial that showed it. */
  changed_seq: number | null;
  changed_at: number | null;
}
