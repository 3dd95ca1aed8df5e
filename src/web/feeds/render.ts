import { Feed } from 'feed';
import { html, plainLine } from '../../core/index.js';
import type { FeedEntry } from './entries.js';

/** A feed in whichever format. */
export interface FeedInput {
  readonly title: string;
  readonly description: string;
  /** The page that it goes with. */
  readonly page: string;
  /** Where the feed stands, without the format at its end. */
  readonly address: string;
  readonly operator: string | null;
  readonly license: string;
  /** The newest first. */
  readonly entries: readonly FeedEntry[];
}

export const feedFormats = ['atom', 'rss', 'json'] as const;
export type FeedFormat = (typeof feedFormats)[number];

export const feedTypes: Readonly<Record<FeedFormat, string>> = {
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

/** Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1. No time in it is that of the request. */
export function renderFeed(input: FeedInput, format: FeedFormat): string {
  if (format === 'json') return jsonFeed(input);
  const feed = xmlFeed(input, format);
  // XML has no way to write these two; controls are gone already.
  return (format === 'atom' ? feed.atom1() : feed.rss2()).replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

function xmlFeed(input: FeedInput, format: 'atom' | 'rss'): Feed {
  const { title, description, page, address, operator, license, entries } = input;
  const self = `${address}.${format}`;
  const feed = new Feed({
    id: self,
    title: plainLine(title),
    description: plainLine(description),
    link: page,
    feedLinks: { [format]: self },
    updated: new Date(entries[0]?.at ?? 0),
    author: { name: plainLine(operator ?? 'Twinwatch') },
    copyright: plainLine(license),
    generator: 'Twinwatch',
    language: 'en',
  });
  for (const { id, url, title: headline, summary, content, at } of entries) {
    // Readers take all three for HTML.
    feed.addItem({
      id,
      link: url,
      title: html`${headline}`.text,
      description: html`${summary}`.text,
      content: content.text,
      date: new Date(at),
    });
  }
  return feed;
}

function jsonFeed({ title, description, page, address, operator, entries }: FeedInput): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: plainLine(title),
    description: plainLine(description),
    home_page_url: page,
    feed_url: `${address}.json`,
    language: 'en',
    authors: [{ name: plainLine(operator ?? 'Twinwatch') }],
    items: entries.map(({ id, url, title: headline, summary, content, at }) => ({
      id,
      url,
      title: headline,
      summary,
      content_html: content.text,
      date_published: new Date(at).toISOString(),
    })),
  });
}
