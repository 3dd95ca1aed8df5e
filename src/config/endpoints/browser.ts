import { z } from 'zod';
import { duration, kebab, line } from '../schema-parts.js';
import type { EndpointKind } from './api.js';
import { pageUrl } from './site-recipe.js';

/** A web site where people chat with a model, for arenas without an API. */
export interface BrowserEndpointConfig {
  readonly kind: 'browser';
  readonly site: SiteRef;
  /** Where a conversation starts, in place of the recipe's own start; may hold `{model}`. */
  readonly url: string | null;
  /** As the site names it. */
  readonly model: string;
  /** Folder of cookies and other state; absolute. null: one beside the store. */
  readonly profile: string | null;
  /** Added to the browser's own user agent. */
  readonly contact: string;
  readonly headless: boolean;
  /** Chromium's own sandbox. */
  readonly sandbox: boolean;
  /** Time between two prompts; null: the recipe's. */
  readonly minIntervalMs: number | null;
  /** The user has read the site's terms and may ask it. */
  readonly termsReviewed: boolean;
  /** Opening the page up to the end of the answer; waiting for a turn is not part of it. */
  readonly totalTimeoutMs: number;
  /** Sending the prompt up to the end of the answer. */
  readonly answerTimeoutMs: number;
  /** A site is asked by one visitor, in one conversation at a time. */
  readonly concurrency: 1;
  readonly requestsPerMinute: null;
}

/** A recipe that ships with Twinwatch, or one of the user's own. */
export type SiteRef =
  | { readonly kind: 'builtin'; readonly id: string }
  /** `path` is absolute. */
  | { readonly kind: 'file'; readonly path: string };

const hour = 3_600_000;

const fields = z.strictObject({
  kind: z.literal('browser').describe('A web site, through a browser: for arenas without an API.'),
  site: z
    .union(
      [kebab(), line(1000).regex(/\.ya?ml$/)],
      'must be the id of a built-in recipe, or the path of a recipe that ends in .yaml',
    )
    .describe('Recipe of the site: the id of a built-in one, or a file.'),
  url: pageUrl().nullish().describe("Where a conversation starts. Default: the recipe's start."),
  model: line(200).describe("The model's name, as the site shows it."),
  profile: line(1000)
    .nullish()
    .describe("Folder of the site's cookies, relative to this file. Default: one beside the store."),
  contact: line(200)
    .regex(/^[\x20-\x7e]+$/, 'must be plain ASCII: it is sent with every request')
    .describe('Who visits, such as "watch by example.org, mail ops@example.org". Added to the user agent.'),
  headless: z.boolean().default(true).describe('Run the browser without a window.'),
  sandbox: z
    .boolean()
    .default(true)
    .describe("Chromium's own sandbox. Turn it off only where the system can't provide one."),
  min_interval: z
    .union([z.literal(0), duration(1, 24 * hour)], 'must be a duration such as 20s')
    .nullish()
    .describe("Time between two prompts. Default: the recipe's. At least 5s, but for hosts on loopback."),
  terms_reviewed: z
    .boolean()
    .default(false)
    .describe("You have read the site's terms of use, and they allow this."),
  total_timeout: duration(1000, hour).prefault('5m').describe('From opening the page to the whole answer.'),
  answer_timeout: duration(500, hour).prefault('3m').describe('From sending the prompt to the whole answer.'),
});

/** A chat site. Paths are left as written. */
export const browserKind: EndpointKind = fields.transform(
  (raw): BrowserEndpointConfig => ({
    kind: 'browser',
    site: siteRef(raw.site),
    url: raw.url ?? null,
    model: raw.model,
    profile: raw.profile ?? null,
    contact: raw.contact,
    headless: raw.headless,
    sandbox: raw.sandbox,
    minIntervalMs: raw.min_interval ?? null,
    termsReviewed: raw.terms_reviewed,
    totalTimeoutMs: raw.total_timeout,
    answerTimeoutMs: raw.answer_timeout,
    concurrency: 1,
    requestsPerMinute: null,
  }),
) as unknown as EndpointKind;

/** A site as it is named in a watch file or on the command line. */
export function siteRef(name: string): SiteRef {
  return /\.ya?ml$/.test(name) ? { kind: 'file', path: name } : { kind: 'builtin', id: name };
}
