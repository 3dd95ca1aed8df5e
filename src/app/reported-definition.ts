import type { Json } from '../core/index.js';
import type { ReportedSide, WatchReportInput } from '../evidence/index.js';
import type { EngineDefinition } from '../fingerprint/index.js';

const SETTING_LENGTH = 200;

/** What a watch's logged definition holds of a side, by its kind. */
interface LoggedSide {
  readonly kind: string;
  readonly model: string;
  readonly baseUrl?: string;
  readonly params?: { readonly [name: string]: Json };
  readonly provider?: { readonly slug: string };
  readonly file?: string;
  readonly site?: string;
  readonly url?: string | null;
}

interface LoggedDefinition {
  readonly watch: {
    readonly listed: LoggedSide;
    readonly released: LoggedSide;
    readonly releasedPerTrial: number;
  };
  readonly suites: WatchReportInput['suites'];
  readonly canarySuites?: WatchReportInput['suites'];
  readonly engine: EngineDefinition;
}

/** What a report says of a definition as the log holds it: canonical JSON without secrets. */
export function readDefinition(
  definition: string,
): Pick<WatchReportInput, 'sides' | 'suites' | 'releasedPerTrial' | 'alpha'> {
  const { watch, suites, canarySuites = [], engine } = JSON.parse(definition) as LoggedDefinition;
  return {
    sides: { listed: reportedSide(watch.listed), released: reportedSide(watch.released) },
    suites: [...suites, ...canarySuites],
    releasedPerTrial: watch.releasedPerTrial,
    alpha: engine.alpha,
  };
}

function reportedSide(side: LoggedSide): ReportedSide {
  const { params = {}, provider } = side;
  // The name of a body's field says nothing about the answers.
  const settings = Object.entries({ ...params, ...(provider ? { provider: provider.slug } : {}) })
    .filter(([name, value]) => name !== 'maxTokensField' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${fileName(name)} ${settingText(value)}`);
  return { model: side.model, place: placeOf(side), settings: settings.join(', ') };
}

/** As the watch file writes it: max_tokens. */
function fileName(name: string): string {
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
