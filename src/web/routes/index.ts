import type { RouteModule } from '../context.js';
import { addFeeds } from './feeds.js';
import { addFiles } from './files.js';
import { addIncidents } from './incidents.js';
import { addLog } from './log.js';
import { addOverview } from './overview.js';
import { addSubscriptions } from './subscriptions.js';
import { addWatches } from './watches.js';

/** Every route module, in no particular order. */
export const routeModules: readonly RouteModule[] = [
  addFiles,
  addOverview,
  addWatches,
  addIncidents,
  addFeeds,
  addSubscriptions,
  addLog,
];
