import { z } from 'zod';
import { duration } from './schema-parts.js';

const hour = 3_600_000;
const day = 24 * hour;

/** What an incident can be opened for, beside the tests of alerts. */
const kinds = ['divergence', 'declared-change', 'equivalence', 'unreadable', 'budget'] as const;

/** What a watch makes of what happens to it. */
export interface IncidentConfig {
  /** Kinds that open an incident, and so make messages. */
  readonly kinds: readonly (typeof kinds)[number][];
  /** The least difference that the watch's own targets hear of. */
  readonly minSeverity: 'trace' | 'material';
  /** How long a divergence is kept from the public, so that the vendor can reply; null: not at all. */
  readonly embargoMs: number | null;
  /** How long nothing could be read before that is an incident. */
  readonly unreadableAfterMs: number;
}

/** The `incidents` of a watch as people write them. */
export const incidentSchema: z.ZodType<IncidentConfig> = z
  .strictObject({
    kinds: z
      .array(z.enum(kinds))
      .max(kinds.length)
      .default(['divergence', 'unreadable', 'budget'])
      .describe('What opens an incident. Default: divergence, unreadable and budget.'),
    min_severity: z
      .enum(['trace', 'material'])
      .default('trace')
      .describe("The least difference that this watch's own alerts tell of."),
    embargo: duration(1000, 366 * day)
      .nullish()
      .describe('How long a divergence is kept from the public, such as 3d. Default: not at all.'),
    unreadable_after: duration(1000, 366 * day)
      .prefault('24h')
      .describe('How long nothing could be read before that is an incident.'),
  })
  .transform((raw) => ({
    kinds: [...new Set(raw.kinds)],
    minSeverity: raw.min_severity,
    embargoMs: raw.embargo ?? null,
    unreadableAfterMs: raw.unreadable_after,
  }));
