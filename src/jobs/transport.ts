import { sharesTransport, type TransportState, type WatchConfig } from '../config/index.js';
import { DAY_MS } from '../core/index.js';
import { type Db, findWatch, lastPoint } from '../store/index.js';

/** How long a control's `equivalent` speaks for the transports: sites change. */
const VALID_MS = 30 * DAY_MS;

/** Whether the way in which answers come in may be what tells a watch's sides apart. */
export async function transportState(db: Db, watch: WatchConfig, now: number): Promise<TransportState> {
  if (sharesTransport(watch)) return 'shared';
  const control = watch.transportControl === null ? null : await findWatch(db, watch.transportControl);
  if (!control) return 'not-excluded';
  const last = await lastPoint(db, control.watch.id, control.epoch.epoch);
  return last?.verdict === 'equivalent' && now - last.at <= VALID_MS ? 'excluded' : 'not-excluded';
}
