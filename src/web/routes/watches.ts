import type { FastifyReply, FastifyRequest } from 'fastify';
import { NEWEST_PAIRS, renderWatchMarkdown, renderWatchReport } from '../../evidence/index.js';
import { newestTrials } from '../../store/index.js';
import type { RouteModule, WebContext } from '../context.js';
import { HttpProblem } from '../failures.js';
import { page } from '../layout.js';
import { fresh, HTML, JSON_TYPE, MARKDOWN, queryOf } from '../reply.js';
import { type Withheld, withheldOf } from '../standing.js';
import { answersPage, TRIALS } from '../watch/answers-page.js';
import { readWatch, type ShownWatch } from '../watch/watch-input.js';
import { watchJson } from '../watch/watch-json.js';
import { watchPage } from '../watch/watch-page.js';
import { withheldJson, withheldMarkdown, withheldPage } from '../withheld.js';

/** Comparing answers word by word takes far longer than anything else here. */
const SLOW = { config: { rateLimit: { max: 120, timeWindow: 60_000 } } };

/** The page of each watch, with its twins, and its answers. */
export const addWatches: RouteModule = (app, context) => {
  app.get<{ Params: { name: string } }>('/watches/:name', async ({ params }, reply) => {
    const [, id = '', form = ''] = /^([a-z0-9-]{1,64})(\.json|\.md|\.html)?$/.exec(params.name) ?? [];
    const shown = await known(context, id, isReport(form) ? NEWEST_PAIRS : 0);
    reply.header('last-modified', new Date(shown.reportedAt ?? shown.input.madeAt).toUTCString());
    return await sendWatch(context, shown, form, fresh(reply));
  });
  app.get<{ Params: { id: string } }>(
    '/watches/:id/answers',
    SLOW,
    async (request, reply) => await sendAnswers(context, request.params.id, request, fresh(reply)),
  );
};

/** Whether this form of a watch is the whole report. */
function isReport(form: string): boolean {
  return form === '.md' || form === '.html';
}

/** @throws HttpProblem where there is no such watch */
async function known(context: WebContext, id: string, pairs: number): Promise<ShownWatch> {
  const shown = id === '' ? null : await readWatch(context, id, pairs);
  if (shown === null) throw new HttpProblem(404, 'There is no such watch.');
  return shown;
}

async function sendWatch(
  context: WebContext,
  shown: ShownWatch,
  form: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { input } = shown;
  const { id, title } = input.watch;
  const withheld = await withheldOf(context.store.db, id);
  if (withheld) return sendWithheld(context, input.watch, withheld, form, reply);
  if (form === '.md') return reply.type(MARKDOWN).send(renderWatchMarkdown(input));
  if (form === '.html') {
    // A file to keep: its style stands in it, so the page's rules would leave it without one.
    reply.header('content-disposition', `attachment; filename="twinwatch-${id}.html"`);
    return reply.type(HTML).send(renderWatchReport(input));
  }
  const all = await context.watchList();
  const standing = all.find((one) => one.id === id) ?? { standing: 'waiting' as const, confirmed: false };
  if (form === '.json') return reply.type(JSON_TYPE).send(watchJson(shown, standing, context.publicUrl()));
  const schedule = context.watches.find((one) => one.id === id)?.schedule ?? null;
  const content = watchPage({ shown, standing, schedule });
  const twins = { json: `/watches/${id}.json`, markdown: `/watches/${id}.md` };
  return reply.type(HTML).send(page({ title, content, twins, feeds: `/watches/${id}`, context }));
}

/** Not a word of the results, in whichever form. */
function sendWithheld(
  context: WebContext,
  watch: ShownWatch['input']['watch'],
  withheld: Withheld,
  form: string,
  reply: FastifyReply,
): FastifyReply {
  reply.header('last-modified', new Date(withheld.since).toUTCString());
  if (form === '.md') return reply.type(MARKDOWN).send(withheldMarkdown(watch, withheld));
  if (form === '.json') {
    const url = `${context.publicUrl()}/watches/${watch.id}`;
    return reply.type(JSON_TYPE).send(JSON.stringify({ ...watch, url, withheld: withheldJson(withheld) }));
  }
  const content = withheldPage(watch, withheld);
  return reply.type(HTML).send(page({ title: watch.title, content, context }));
}

async function sendAnswers(
  context: WebContext,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { input } = await known(context, id, 0);
  const query = queryOf(request);
  const suites = input.suites.map((suite) => suite.id);
  const suite = suites.find((one) => one === query.get('suite')) ?? '';
  const before = Number(query.get('before') ?? Number.NaN);
  const filter = {
    suite: suite === '' ? null : suite,
    before: Number.isSafeInteger(before) && before > 0 ? before : null,
  };
  const trials = await newestTrials(context.store.db, { watchId: id, epoch: input.epoch }, filter, TRIALS);
  const withheld = await withheldOf(context.store.db, id);
  if (withheld) return sendWithheld(context, input.watch, withheld, '', reply);
  const content = answersPage({ watch: input.watch, suites, suite, trials });
  return reply.type(HTML).send(page({ title: `Answers: ${input.watch.title}`, content, context }));
}
