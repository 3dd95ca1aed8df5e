import { z } from 'zod';
import { alertSchema } from './alert-schema.js';
import { canarySchema } from './canary-schema.js';
import { answerTokens } from './definition.js';
import { endpointSchema } from './endpoints/index.js';
import { incidentSchema } from './incident-schema.js';
import { cronExpression, duration, kebab, line, suiteRef } from './schema-parts.js';
import { smtpSchema } from './smtp-schema.js';
import type { EndpointConfig, ScheduleConfig, StoreConfig, WatchConfig, WatchFile } from './types.js';
import { webSchema } from './web-schema.js';
import { witnessKey } from './witness-key.js';

const hour = 3_600_000;
const day = 24 * hour;

const schedule = z.strictObject({
  cron: cronExpression().describe(
    'When rounds start: minute, hour, day of month, month, day of week; or second first.',
  ),
  timezone: line(100)
    .refine(isTimezone, 'is not a known time zone, such as UTC or Europe/Berlin')
    .default('UTC')
    .describe('IANA time zone of the cron expression.'),
  jitter: z
    .union([z.literal(0), duration(1, day)], 'must be 0 or a duration such as 30s')
    .default(0)
    .describe('Each round starts up to this much later, at random.'),
});

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const scheduleOrCron = z
  .union([cronExpression(), schedule], 'must be a cron expression, or a map with cron, timezone and jitter')
  .transform(
    (raw): ScheduleConfig =>
      typeof raw === 'string'
        ? { cron: raw, timezone: 'UTC', jitterMs: 0 }
        : { cron: raw.cron, timezone: raw.timezone, jitterMs: raw.jitter },
  );

const watchFields = z.strictObject({
  id: kebab().describe('Stable name of the watch: its history hangs on it.'),
  title: line(200).nullish().describe('Name for people. Default: the id.'),
  claim: line(1000).nullish().describe('The claim under test, in a sentence.'),
  listed: endpointSchema.describe('The side that the arena lists.'),
  released: endpointSchema.describe('The side that the public can use.'),
  suites: z
    .array(suiteRef())
    .min(1)
    .max(100)
    .nullish()
    .describe('Ids of built-in suites, or files. Default: arena-chat. None where a side is recorded.'),
  schedule: scheduleOrCron,
  canary: canarySchema.nullish().describe('Cheap prompts asked often. Default: none.'),
  transport_control: kebab()
    .nullish()
    .describe(
      'Where the sides are reached in different ways: the id of a watch of one known model, reached in both.',
    ),
  trials_per_round: z.int().min(1).max(1000).default(10),
  released_per_trial: z.int().min(1).max(8).default(1).describe('Released answers per trial.'),
  alpha: z
    .number()
    .gt(0)
    .lte(0.1)
    .default(0.001)
    .describe('Chance of a false alarm over the whole life of the watch, at most.'),
  compare_length: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullish()
    .describe(
      'Both answers are cut to this many characters. Default: twice the smaller max_tokens, else 4000.',
    ),
  window: duration(1000, day).prefault('10m').describe('All requests of a trial happen within this time.'),
  retention: duration(day, 36_500 * day)
    .nullish()
    .describe('Texts of answers that are older, such as 365d, are removed. Default: they are kept.'),
  alerts: z
    .array(alertSchema)
    .max(100)
    .prefault([{ kind: 'console' }]),
  incidents: incidentSchema.prefault({}).describe('What opens incidents, and who hears of them when.'),
});

const checkedFields = watchFields.superRefine((raw, context) => {
  if (raw.suites && isRecorded(raw)) {
    const message = 'must be left out: the prompts are those of the recorded answers';
    context.addIssue({ code: 'custom', path: ['suites'], message });
  }
  if (raw.canary && isRecorded(raw)) {
    const message = 'must be left out: recorded answers hold no other prompts';
    context.addIssue({ code: 'custom', path: ['canary'], message });
  }
  if (raw.canary && raw.canary.suspicion >= 1 / raw.alpha) {
    const message = `must be below 1/alpha (${1 / raw.alpha}), where the alarm is`;
    context.addIssue({ code: 'custom', path: ['canary', 'suspicion'], message });
  }
});

function isRecorded(watch: { listed: EndpointConfig; released: EndpointConfig }): boolean {
  return watch.listed.kind === 'recorded' || watch.released.kind === 'recorded';
}

const watch = checkedFields.transform(
  (raw): WatchConfig => ({
    id: raw.id,
    title: raw.title ?? raw.id,
    claim: raw.claim ?? `The listed model ${raw.listed.model} is the released model ${raw.released.model}.`,
    listed: raw.listed,
    released: raw.released,
    suites: isRecorded(raw) ? [] : (raw.suites ?? [{ kind: 'builtin', id: 'arena-chat' }]),
    schedule: raw.schedule,
    canary: raw.canary ?? null,
    transportControl: raw.transport_control ?? null,
    trialsPerRound: raw.trials_per_round,
    releasedPerTrial: raw.released_per_trial,
    alpha: raw.alpha,
    compareLength: raw.compare_length ?? defaultCompareLength([raw.listed, raw.released]),
    windowMs: raw.window,
    retentionMs: raw.retention ?? null,
    alerts: raw.alerts.flat(),
    incidents: raw.incidents,
  }),
);

function defaultCompareLength(sides: readonly EndpointConfig[]): number {
  const limits = sides.map(answerTokens).filter((limit) => limit !== null);
  return limits.length === 0 ? 4000 : 2 * Math.min(...limits);
}

const store = line(1000)
  .refine(
    (path) => !/^\w{2,}:/.test(path),
    'must be the path of an SQLite file: other databases are not supported yet',
  )
  .refine((path) => path !== ':memory:', 'must be the path of a file: answers have to outlive the program')
  .transform((path): StoreConfig => ({ kind: 'sqlite', path }))
  .prefault('./twinwatch.db');

const evidence = z.strictObject({
  key_file: line(1000)
    .nullish()
    .describe("File of the evidence log's private key. Default: the store's, with .key behind it."),
  origin: line(200)
    .regex(/^[^\s+]+$/, 'must not hold spaces or plus signs')
    .nullish()
    .describe("The log's name for good, such as example.org/twinwatch. Default: a random one."),
  witnesses: z
    .array(witnessKey())
    .max(20)
    .nullish()
    .describe('Verifier keys of other installations whose co-signatures are taken. Default: none.'),
});

/** The watch file as people write it, into the data the program works with. Paths are left as written. */
export const watchFileSchema: z.ZodType<Omit<WatchFile, 'path'>> = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    store: store.describe('SQLite file of answers and evidence, relative to this file.'),
    evidence: evidence.nullish().describe('Who signs the evidence log.'),
    smtp: smtpSchema.nullish().describe('Mail server for alerts by e-mail.'),
    web: webSchema.nullish().describe('The web page. Default: none is served.'),
    watches: z.array(watch).min(1).max(1000),
  })
  .transform(({ evidence: signed, ...raw }) => ({
    ...raw,
    evidence: {
      keyFile: signed?.key_file ?? `${raw.store.path}.key`,
      origin: signed?.origin ?? null,
      witnesses: signed?.witnesses ?? [],
    },
    smtp: raw.smtp ?? null,
    web: raw.web ?? null,
  }));
