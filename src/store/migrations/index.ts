import type { Migration } from 'kysely';
import { spine } from './0001-spine.js';
import { answerMeta } from './0002-answer-meta.js';
import { budgets } from './0003-budgets.js';
import { canary } from './0004-canary.js';
import { checkpoints } from './0005-checkpoints.js';
import { witnesses } from './0006-witnesses.js';
import { incidents } from './0007-incidents.js';
import { suites } from './0008-suites.js';
import { watchReports } from './0009-watch-reports.js';
import { subscribers } from './0011-subscribers.js';
import { deliveryLanes } from './0012-delivery-lanes.js';

/** Every migration, by the name that the store remembers it by. Names sort in order; none is ever edited after a release. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-spine': spine,
  '0002-answer-meta': answerMeta,
  '0003-budgets': budgets,
  '0004-canary': canary,
  '0005-checkpoints': checkpoints,
  '0006-witnesses': witnesses,
  '0007-incidents': incidents,
  '0008-suites': suites,
  '0009-watch-reports': watchReports,
  '0011-subscribers': subscribers,
  '0012-delivery-lanes': deliveryLanes,
};
