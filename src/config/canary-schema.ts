import { z } from 'zod';
import { cronExpression, suiteRef } from './schema-parts.js';
import type { CanaryConfig } from './types.js';

/** Cheap prompts, asked often, that bring the full suites forward when they raise a suspicion. */
export const canarySchema: z.ZodType<CanaryConfig> = z
  .strictObject({
    suites: z
      .array(suiteRef())
      .min(1)
      .max(100)
      .prefault(['one-token'])
      .describe('Suites with cheap prompts: built-in ids, or files.'),
    cron: cronExpression()
      .default('*/15 * * * *')
      .describe("When canary rounds start, in the schedule's time zone."),
    trials_per_round: z.int().min(1).max(1000).default(2),
    suspicion: z
      .number()
      .gt(1)
      .lte(1e6)
      .default(20)
      .describe(
        'An e-value from which the full suites are asked at once; below 1/alpha, where the alarm is.',
      ),
    extra_rounds_per_day: z
      .int()
      .min(0)
      .max(1000)
      .default(4)
      .describe('Most rounds that suspicion may add in a day of UTC.'),
  })
  .transform((raw) => ({
    suites: raw.suites,
    cron: raw.cron,
    trialsPerRound: raw.trials_per_round,
    suspicion: raw.suspicion,
    extraRoundsPerDay: raw.extra_rounds_per_day,
  }));
