import { stringify } from 'yaml';
import type { Json } from '../../core/index.js';
import { settingName } from '../report/index.js';
import type { SideSettings } from './claim.js';

/** What a watch file is made of. */
export interface WatchFileParts {
  /** The id of the watch. */
  readonly watch: string;
  /** Sentences, a line each. */
  readonly notes: readonly string[];
  readonly listed: SideSettings;
  readonly released: SideSettings;
  /** Ids of built-in suites, or maps with a file; null where a side is recorded. */
  readonly suites: readonly (string | { readonly file: string })[] | null;
  readonly trialsPerRound: number;
  readonly releasedPerTrial: Json;
  readonly alpha: Json;
  readonly compareLength: Json;
}

/** The environment variable that is to hold a side's key. */
export function keyVariable(side: 'listed' | 'released'): string {
  return `${side.toUpperCase()}_API_KEY`;
}

/** The commented watch file of a repetition. */
export function watchFileText(parts: WatchFileParts): string {
  const { watch, notes, suites, trialsPerRound, releasedPerTrial, alpha, compareLength } = parts;
  const compared = {
    ...(suites === null ? {} : { suites }),
    trials_per_round: trialsPerRound,
    released_per_trial: releasedPerTrial,
    alpha,
    compare_length: compareLength,
  };
  return `# An independent repetition of a watch, with your own keys. Check it with: twinwatch check-config
# Secrets never stand in this file: it names the environment variables that hold them.
#
# To repeat it: set the variables, then "twinwatch start" or "twinwatch verify ${watch}". Then let a witness
# co-sign your log between two rounds ("twinwatch evidence cosign" is what the witness runs), and write
#   twinwatch evidence export ${watch} -o mine.tar.gz
#   twinwatch evidence pool theirs.tar.gz mine.tar.gz --witness KEY
# Change nothing of the two sides: another setting is another claim.
#
${notes.map((note) => `# Note: ${note}\n`).join('')}version: 1

# A store of its own, with a key and a log of its own.
store: ./${watch}-repetition.db

# The name of your log, for good. Left out: a random one.
# evidence: { origin: example.org/twinwatch }

watches:
  - id: ${watch}
    listed:
${indented(side('listed', parts.listed))}
    released:
${indented(side('released', parts.released))}
    # Yours to choose, as are concurrency, requests_per_minute, price and budget of a side.
    schedule: { cron: "23 */6 * * *", timezone: UTC, jitter: 10m }
    # All requests of a trial happen within this time. Evidence does not say what it was before.
    window: 10m
    # As in the evidence; see the notes above for the prompts.
${indented(compared, 4)}
`;
}

function indented(value: object, by = 6): string {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`)).join('\n');
}

/** A side of a definition as watch files write it. */
function side(name: 'listed' | 'released', settings: SideSettings): object {
  const { kind, model } = settings;
  if (kind === 'recorded') return { kind, file: `./${String(settings.file)}`, model };
  if (kind === 'browser') {
    const { site, url } = settings;
    const contact = 'independent repetition; put your address here';
    return { kind, site, ...(url === null ? {} : { url }), model, contact, terms_reviewed: false };
  }
  const { provider, params, extraBody, stream, baseUrl, topLogprobs } = settings;
  const pin = (provider ?? null) as { readonly slug: Json; readonly name: Json } | null;
  return {
    kind,
    base_url: baseUrl,
    model,
    api_key_env: keyVariable(name),
    stream,
    params: paramsOf(kind, (params ?? {}) as SideSettings),
    ...(Object.keys((extraBody ?? {}) as object).length > 0 ? { extra_body: extraBody } : {}),
    ...(topLogprobs === undefined ? {} : { top_logprobs: topLogprobs }),
    ...(pin === null ? {} : { provider: pin.slug }),
    ...((pin?.name ?? null) === null ? {} : { provider_name: pin?.name }),
  };
}

function paramsOf(kind: Json | undefined, params: SideSettings): object {
  const { maxTokensField, stop, ...others } = params;
  const stops = Array.isArray(stop) && stop.length > 0 ? { stop } : {};
  const field = kind === 'openai' ? { max_tokens_field: maxTokensField } : {};
  const named = Object.entries(others).map(([name, value]) => [settingName(name), value]);
  return { ...Object.fromEntries(named), ...stops, ...field };
}
