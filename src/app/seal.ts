import type { EvidenceConfig } from '../config/index.js';
import type { Clock } from '../core/index.js';
import { openSigner, signCheckpoint } from '../evidence/index.js';
import type { JobContext } from '../jobs/index.js';
import type { Store } from '../store/index.js';

/** Opens the key that signs a store's log, and returns how to sign its head. @throws EvidenceError */
export async function openSeal(
  store: Store,
  config: EvidenceConfig,
  clock: Clock,
): Promise<JobContext['seal']> {
  const signer = await openSigner(store, config, clock.now());
  return () => store.transaction((tx) => signCheckpoint(tx, signer, clock.now()));
}
