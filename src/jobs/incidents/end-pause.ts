import type { WatchConfig } from '../../config/index.js';
import { clearPause, type Tx } from '../../store/index.js';
import { resolveByEngine } from './trigger.js';

/** A watch's round no longer waits for a budget. */
export async function endPause(tx: Tx, config: WatchConfig, at: number): Promise<void> {
  await clearPause(tx, config.id);
  await resolveByEngine(tx, config, 'budget', 'the round goes on', at);
}
