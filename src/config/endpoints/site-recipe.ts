import { z } from 'zod';
import { duration, httpUrl, kebab, line } from '../schema-parts.js';

/** How a person uses a chat site, as data: what to click, where the answer is, when it is complete. */
export interface SiteRecipe {
  readonly id: string;
  readonly title: string;
  /** It was tried on the real site. */
  readonly verified: boolean;
  /** URL of a new conversation; may hold `{model}`. null: the watch file has to give one. */
  readonly start: string | null;
  readonly termsUrl: string | null;
  readonly minIntervalMs: number;
  /** Selector of the iframe that holds the chat. null: the page itself. */
  readonly frame: string | null;
  readonly newConversation: readonly SiteStep[];
  readonly pickModel: readonly SiteStep[];
  readonly prompt: string;
  readonly send: { readonly click: string } | { readonly press: string };
  /** All that are set must hold. */
  readonly complete: {
    readonly appears: string | null;
    readonly disappears: string | null;
    readonly stableMs: number | null;
    /** URL pattern of the stream whose end is the answer's. */
    readonly network: string | null;
  };
  readonly answer: SiteAnswer;
  /** Selector of the name that the site shows for the model. */
  readonly modelShown: string | null;
  readonly challenge: SiteSigns;
  readonly signedOut: SiteSigns;
  readonly failed: SiteSigns;
}

export type SiteStep = SiteAction & {
  /** Passed over where its element doesn't come: a banner that is shown once. */
  readonly optional: boolean;
};

type SiteAction =
  | { readonly click: string }
  | { readonly fill: { readonly selector: string; readonly text: string } }
  | { readonly select: { readonly selector: string; readonly option: string } }
  | { readonly press: { readonly selector: string; readonly key: string } }
  | { readonly waitFor: string };

export type SiteAnswer =
  | {
      /** `markdown`: the element's text as it is; `html`: what it renders. */
      readonly format: 'markdown' | 'html';
      readonly selector: string;
      readonly which: 'first' | 'last';
      /** Attribute that holds the text, in place of the element's content. */
      readonly attribute: string | null;
      /** CSS selectors of parts inside the answer that are not the model's: buttons, labels. */
      readonly ignore: readonly string[];
    }
  | { readonly format: 'network'; readonly stream: SiteStream };

/** The text of an answer in a streamed body. */
export interface SiteStream {
  readonly url: string;
  /** Server-sent events, lines of JSON, one JSON value, or the bare text. */
  readonly as: 'sse' | 'jsonl' | 'json' | 'text';
  /** RFC 6901 JSON pointers, tried in turn, to the text in an event. */
  readonly pointers: readonly string[];
  /** `append`: each event brings more; `replace`: each brings the whole so far. */
  readonly mode: 'append' | 'replace';
  /** Data of the event that ends a whole stream, such as `[DONE]`. null: the stream just ends. */
  readonly end: string | null;
}

/** What tells a state of the page: any of these. */
export interface SiteSigns {
  /** A visible element. */
  readonly selectors: readonly string[];
  /** The page's address; `*` stands for anything. */
  readonly urls: readonly string[];
  /** Visible text, outside the answer. */
  readonly texts: readonly string[];
}

/** An http(s) address of a page, where a fragment may tell the page what to show. */
export function pageUrl(): z.ZodString {
  return line(2000)
    .regex(/^https?:\/\/[^\s@/]+(\/\S*)?$/, 'must be an address such as https://example.org/chat')
    .refine((text) => URL.canParse(text), 'must be an address such as https://example.org/chat');
}

const selector = line(1000);
const urlPattern = line(1000).describe('Whole address; * stands for anything.');
const list = (item: z.ZodType<string>): z.ZodDefault<z.ZodArray<z.ZodType<string>>> =>
  z.array(item).max(50).default([]);

const stepFields = z
  .strictObject({
    click: selector,
    fill: z.strictObject({ selector, text: line(1000) }),
    select: z.strictObject({ selector, option: line(1000) }),
    press: z.strictObject({ selector, key: line(50) }),
    wait_for: selector,
    optional: z.boolean(),
  })
  .partial()
  .superRefine(({ optional: _, ...actions }, context) => {
    if (Object.keys(actions).length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'must hold one action: click, fill, select, press or wait_for',
      });
  });

const steps = z
  .array(
    stepFields.transform(({ wait_for, optional = false, ...rest }) => ({
      ...(wait_for === undefined ? rest : { waitFor: wait_for }),
      optional,
    })),
  )
  .max(50)
  .default([])
  // The refinement above has seen to it that each step has exactly one of the keys.
  .transform((raw) => raw as readonly SiteStep[]);

const signs = z.strictObject({ selectors: list(selector), urls: list(urlPattern), texts: list(line(200)) });

const complete = z
  .strictObject({
    appears: selector.nullish(),
    disappears: selector.nullish(),
    stable: duration(100, 600_000).nullish(),
    network: urlPattern.nullish(),
  })
  .refine((raw) => Object.values(raw).some((value) => value !== undefined && value !== null), {
    error: 'must hold at least one of appears, disappears, stable, network',
  });

const pointer = line(200).regex(
  /^(\/([^~/]|~[01])*)+$/,
  'must be a JSON pointer such as /choices/0/delta/content',
);

const stream = z.strictObject({
  url: urlPattern,
  as: z.enum(['sse', 'jsonl', 'json', 'text']).default('sse'),
  pointers: list(pointer),
  mode: z.enum(['append', 'replace']).default('append'),
  end: line(200).nullish(),
});

const answer = z
  .strictObject({
    format: z.enum(['markdown', 'html', 'network']),
    selector: selector.nullish(),
    which: z.enum(['first', 'last']).default('last'),
    attribute: line(100).nullish(),
    ignore: list(selector),
    stream: stream.nullish(),
  })
  .superRefine((raw, context) => {
    const wanted = raw.format === 'network' ? 'stream' : 'selector';
    if ((raw[wanted] ?? null) === null)
      context.addIssue({
        code: 'custom',
        path: [wanted],
        message: `is missing: the format is ${raw.format}`,
      });
    if (raw.stream && raw.stream.as !== 'text' && raw.stream.pointers.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['stream', 'pointers'],
        message: 'is missing: where is the text?',
      });
  })
  .transform((raw): SiteAnswer => {
    if (raw.stream && raw.format === 'network')
      return { format: 'network', stream: { ...raw.stream, end: raw.stream.end ?? null } };
    const format = raw.format === 'html' ? 'html' : 'markdown';
    const { which, attribute = null, ignore } = raw;
    return { format, selector: raw.selector ?? '', which, attribute, ignore };
  });

const send = z
  .strictObject({ click: selector.optional(), press: line(50).optional() })
  .refine((raw) => (raw.click === undefined) !== (raw.press === undefined), 'must hold click or press')
  .transform((raw) => (raw.click === undefined ? { press: raw.press ?? '' } : { click: raw.click }));

/** A recipe as people write it, into the data the browser works with. */
export const siteRecipeSchema: z.ZodType<SiteRecipe> = z
  .strictObject({
    version: z.literal(1),
    id: kebab(),
    title: line(200),
    verified: z.boolean().default(false),
    start: pageUrl().nullish(),
    terms_url: httpUrl().nullish(),
    min_interval: duration(1, 86_400_000).prefault('20s'),
    frame: selector.nullish(),
    new_conversation: steps,
    pick_model: steps,
    prompt: selector,
    send,
    complete,
    answer,
    model_shown: selector.nullish(),
    challenge: signs.prefault({}),
    signed_out: signs.prefault({}),
    failed: signs.prefault({}),
  })
  .transform(
    (raw): SiteRecipe => ({
      id: raw.id,
      title: raw.title,
      verified: raw.verified,
      start: raw.start ?? null,
      termsUrl: raw.terms_url ?? null,
      minIntervalMs: raw.min_interval,
      frame: raw.frame ?? null,
      newConversation: raw.new_conversation,
      pickModel: raw.pick_model,
      prompt: raw.prompt,
      send: raw.send,
      complete: {
        appears: raw.complete.appears ?? null,
        disappears: raw.complete.disappears ?? null,
        stableMs: raw.complete.stable ?? null,
        network: raw.complete.network ?? null,
      },
      answer: raw.answer,
      modelShown: raw.model_shown ?? null,
      challenge: raw.challenge,
      signedOut: raw.signed_out,
      failed: raw.failed,
    }),
  );
