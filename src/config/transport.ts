import { siteName } from './definition.js';
import type { Finding } from './findings.js';
import type { EndpointConfig, WatchConfig } from './types.js';

/** How a side's answers come in, as far as that can show in their text: all APIs hand over the text itself. */
function transportOf(endpoint: EndpointConfig): string {
  switch (endpoint.kind) {
    case 'browser':
      return `page ${siteName(endpoint.site)}`;
    case 'recorded':
      return 'recorded';
    default:
      return 'api';
  }
}

/** The two ways of a watch, in no order. */
function transportsOf(watch: Pick<WatchConfig, 'listed' | 'released'>): string {
  return [watch.listed, watch.released].map(transportOf).sort().join(', ');
}

/** Whether both sides' answers come in the same way, so that the way can't be what differs. */
export function sharesTransport(watch: Pick<WatchConfig, 'listed' | 'released'>): boolean {
  return transportOf(watch.listed) === transportOf(watch.released);
}

/**
 * Whether the way in which answers come in may be what tells the sides apart. `shared`: both come in the same way.
 * `excluded`: a known model has passed through both ways, and its answers were `equivalent`.
 */
export type TransportState = 'shared' | 'excluded' | 'not-excluded';

/** What is wrong with the controls that watches name. */
export function transportFindings(watches: readonly WatchConfig[]): Finding[] {
  return watches.flatMap((watch, i) => {
    if (watch.transportControl === null) return [];
    const reason = controlProblem(
      watch,
      watches.find(({ id }) => id === watch.transportControl),
    );
    return reason === null ? [] : [{ path: ['watches', i, 'transport_control'], reason }];
  });
}

function controlProblem(watch: WatchConfig, control: WatchConfig | undefined): string | null {
  if (control === undefined) return 'is no watch of this file';
  if (control === watch) return 'must be another watch';
  if (sharesTransport(watch)) return 'is not needed: both sides are reached in the same way';
  if (transportsOf(control) === transportsOf(watch)) return null;
  return `is reached in other ways (${transportsOf(control)}) than this watch (${transportsOf(watch)})`;
}
