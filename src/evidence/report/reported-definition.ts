import { z } from 'zod';
import type { Json } from '../../core/index.js';
import type { ReportedSide, WatchReportInput } from './watch-report-input.js';

const SETTING_LENGTH = 200;

/** What a watch's logged definition holds of a side, by its kind. */
interface LoggedSide {
  readonly kind: string;
  readonly model: string;
  readonly baseUrl?: string | undefined;
  readonly params?: { readonly [name: string]: Json } | undefined;
  readonly provider?: { readonly slug: string } | undefined;
  readonly file?: string | undefined;
  readonly site?: string | undefined;
  readonly url?: string | null | undefined;
}

const side = z.object({
  kind: z.string(),
  model: z.string(),
  baseUrl: z.string().optional(),
  params: z.record(z.string(), z.json()).optional(),
  provider: z.object({ slug: z.string() }).optional(),
  file: z.string().optional(),
  site: z.string().optional(),
  url: z.string().nullish(),
});
const suites = z.array(z.object({ id: z.string(), version: z.number(), hash: z.string() }));
const definitionShape = z.object({
  watch: z.object({ listed: side, released: side, releasedPerTrial: z.number() }),
  suites,
  canarySuites: suites.default([]),
  engine: z.object({ alpha: z.number() }),
});

/** What a report says of a definition. */
type Reported = Pick<WatchReportInput, 'sides' | 'suites' | 'releasedPerTrial' | 'alpha'> & {
  /** A definition doesn't say whether a control has shown that different ways of reading leave no trace. */
  readonly transport: 'shared' | 'untold';
};

/** Reads a definition as the log holds it: JSON without secrets. @throws Error when it is none, or an address in it is none */
export function reportedDefinition(definition: string): Reported {
  const { watch, suites: full, canarySuites, engine } = definitionShape.parse(JSON.parse(definition));
  const { listed, released, releasedPerTrial } = watch;
  return {
    sides: { listed: reportedSide(listed), released: reportedSide(released) },
    suites: [...full, ...canarySuites],
    releasedPerTrial,
    alpha: engine.alpha,
    transport: wayOf(listed) === wayOf(released) ? 'shared' : 'untold',
  };
}

function reportedSide(logged: LoggedSide): ReportedSide {
  const { params = {}, provider } = logged;
  // The name of a body's field says nothing about the answers.
  const settings = Object.entries({ ...params, ...(provider ? { provider: provider.slug } : {}) })
    .filter(([name, value]) => name !== 'maxTokensField' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${settingName(name)} ${settingText(value)}`);
  return { model: logged.model, place: placeOf(logged), settings: settings.join(', ') };
}

/** The name of a setting as the watch file writes it: max_tokens. */
export function settingName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function settingText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= SETTING_LENGTH ? text : `${text.slice(0, SETTING_LENGTH)}…`;
}

/** The host alone: a path or a query may hold what is not for readers. */
function placeOf({ baseUrl, url, file, site }: LoggedSide): string {
  const address = baseUrl ?? url;
  return address ? new URL(address).host : (file ?? site ?? 'an unnamed place');
}

function wayOf({ kind, site }: LoggedSide): string {
  if (kind === 'browser') return `page ${site ?? ''}`;
  return kind === 'recorded' ? kind : 'api';
}
