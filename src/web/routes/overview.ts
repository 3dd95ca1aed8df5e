import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TransportState } from '../../config/index.js';
import { transportState } from '../../jobs/index.js';
import type { RouteModule, WebContext } from '../context.js';
import { page } from '../layout.js';
import { method } from '../method.js';
import { type OverviewFacts, overview, type Transports } from '../overview/page.js';
import { readSelection, type Selected, type Selection, select, writeSelection } from '../overview/select.js';
import { overviewJson, overviewMarkdown } from '../overview/twins.js';
import { fresh, HTML, JSON_TYPE, MARKDOWN, queryOf } from '../reply.js';
import type { ListedWatch } from '../standing.js';

/** The list of watches, with its twins at `/index`, and how it all works. */
export const addOverview: RouteModule = (app, context) => {
  app.get('/', async (request, reply) => await sendOverview(context, request, reply));
  app.get('/index.json', async (request, reply) => {
    const { selected } = await selectedWatches(context, request);
    return fresh(reply).type(JSON_TYPE).send(overviewJson(selected, context.publicUrl()));
  });
  app.get('/index.md', async (request, reply) => {
    const { selected } = await selectedWatches(context, request);
    return fresh(reply).type(MARKDOWN).send(overviewMarkdown(selected, context.publicUrl()));
  });
  app.get('/method', (_request, reply) =>
    fresh(reply)
      .type(HTML)
      .send(page({ title: 'How this works', content: method, context })),
  );
};

async function sendOverview(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { all, selection, selected } = await selectedWatches(context, request);
  const query = writeSelection({ ...selection, page: selected.page });
  const twins = { json: `/index.json${query}`, markdown: `/index.md${query}` };
  const transports = await transportsOf(context, selected);
  const content = overview(factsOf(context, all), selection, selected, transports);
  return fresh(reply)
    .type(HTML)
    .send(page({ title: 'Watches', content, twins, context }));
}

async function transportsOf(
  { store, watches, clock }: WebContext,
  { watches: shown }: Selected,
): Promise<Transports> {
  const ids = new Set(shown.map(({ id }) => id));
  const states = new Map<string, TransportState>();
  for (const config of watches)
    if (ids.has(config.id)) states.set(config.id, await transportState(store.db, config, clock.now()));
  return states;
}

async function selectedWatches(
  { watchList }: WebContext,
  request: FastifyRequest,
): Promise<{ all: readonly ListedWatch[]; selection: Selection; selected: Selected }> {
  const all = await watchList();
  const selection = readSelection(queryOf(request));
  return { all, selection, selected: select(all, selection) };
}

function factsOf({ watches }: WebContext, all: readonly ListedWatch[]): OverviewFacts {
  const alphas = new Map(watches.map(({ id, alpha }) => [id, alpha]));
  const different = all.filter(({ standing }) => standing === 'different');
  return {
    watches: all.length,
    different: different.length,
    confirmed: different.filter(({ confirmed }) => confirmed).length,
    falseAlarms: all.reduce((sum, { id, summary }) => sum + (alphas.get(id) ?? summary?.level ?? 0), 0),
  };
}
