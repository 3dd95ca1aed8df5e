import type { FastifyReply, FastifyRequest } from 'fastify';
import { findWatch } from '../../store/index.js';
import type { RouteModule, WebContext } from '../context.js';
import { HttpProblem } from '../failures.js';
import { confirmedEntries, watchEntries } from '../feeds/entries.js';
import { type FeedFormat, type FeedInput, feedFormats, feedTypes, renderFeed } from '../feeds/render.js';
import { fresh } from '../reply.js';

/** A feed reads many messages. */
const SLOW = { config: { rateLimit: { max: 120, timeWindow: 60_000 } } };

/** The feed of confirmed differences, and one for each watch. */
export const addFeeds: RouteModule = (app, context) => {
  for (const format of feedFormats) {
    app.get(`/feed.${format}`, SLOW, async (request, reply) => {
      const watches = await context.watchList();
      const entries = await confirmedEntries(context.store.db, context.publicUrl(), watches);
      // What is confirmed can change with every round of any watch.
      const reported = watches.map(({ summary, withheld }) => summary?.at ?? withheld?.since ?? 0);
      const changed = Math.max(0, entries[0]?.at ?? 0, ...reported);
      return send(overall(context, entries), format, changed, request, reply);
    });
    app.get<{ Params: { id: string } }>(`/watches/:id/feed.${format}`, SLOW, async (request, reply) => {
      const input = await ofWatch(context, request.params.id);
      return send(input, format, input.entries[0]?.at ?? 0, request, reply);
    });
  }
};

function overall({ config, publicUrl }: WebContext, entries: FeedInput['entries']): FeedInput {
  return {
    title: 'Twinwatch: confirmed differences',
    description:
      'What is listed and what is released give distinguishable answers; confirmed over all watches together.',
    page: `${publicUrl()}/incidents`,
    address: `${publicUrl()}/feed`,
    operator: config.operator,
    license: config.license,
    entries,
  };
}

async function ofWatch({ store, config, publicUrl }: WebContext, id: string): Promise<FeedInput> {
  const current = /^[a-z0-9-]{1,64}$/.test(id) ? await findWatch(store.db, id) : null;
  if (current === null) throw new HttpProblem(404, 'There is no such watch.');
  const origin = publicUrl();
  return {
    title: `Twinwatch: ${current.watch.title}`,
    description: 'All incidents of this watch, with its own guarantee only.',
    page: `${origin}/watches/${id}`,
    address: `${origin}/watches/${id}/feed`,
    operator: config.operator,
    license: config.license,
    entries: await watchEntries(store.db, origin, id),
  };
}

function send(
  input: FeedInput,
  format: FeedFormat,
  changedAt: number,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Whole seconds, as the header has no others.
  const changed = Math.floor(changedAt / 1000) * 1000;
  fresh(reply).type(feedTypes[format]).header('last-modified', new Date(changed).toUTCString());
  // A tag, where the reader sends one, is more exact.
  const known =
    headers['if-none-match'] === undefined ? Date.parse(headers['if-modified-since'] ?? '') : Number.NaN;
  return known >= changed ? reply.code(304).send() : reply.send(renderFeed(input, format));
}
