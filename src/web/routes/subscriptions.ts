import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Markup, TwinwatchError } from '../../core/index.js';
import {
  changeSubscription,
  confirmSubscription,
  type JobContext,
  openSubscription,
  requestSubscription,
  unsubscribe,
} from '../../jobs/index.js';
import type { RouteModule, WebContext } from '../context.js';
import { HttpProblem } from '../failures.js';
import { page } from '../layout.js';
import { HTML } from '../reply.js';
import { fieldOf, readChoice } from '../subscriptions/form.js';
import {
  buttonPage,
  donePage,
  managePage,
  notOffered,
  requested,
  subscribePage,
} from '../subscriptions/pages.js';

interface ByToken {
  readonly Params: { readonly token: string };
}

const REQUESTS = { config: { rateLimit: { max: 10, timeWindow: 3_600_000 } } };
const LINKS = { config: { rateLimit: { max: 60, timeWindow: 60_000 } } };
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Subscribing, changing and leaving, by links that only a mail holds. */
export const addSubscriptions: RouteModule = (app, context) => {
  app.addHook('preHandler', async (_request, reply) => {
    // The address of such a page is a secret.
    reply.headers({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'cache-control': 'no-store',
    });
  });
  const { jobs } = context;
  app.get('/subscribe', async (_request, reply) =>
    show(context, reply, 'Subscribe', jobs === null ? notOffered : subscribePage(await context.watchList())),
  );
  if (jobs === null) return;
  app.post('/subscribe', REQUESTS, async ({ body }, reply) => {
    await checked(() => requestSubscription(jobs, { email: fieldOf(body, 'email'), ...readChoice(body) }));
    return show(context, reply, 'Subscribe', requested);
  });
  addConfirm(app, context, jobs);
  addManage(app, context, jobs);
  addUnsubscribe(app, context, jobs);
};

function addConfirm(app: FastifyInstance, context: WebContext, jobs: JobContext): void {
  app.get<ByToken>('/confirm/:token', LINKS, ({ params }, reply) => {
    const action = `/confirm/${wellFormed(params.token)}`;
    const lead = 'One more click, and what you chose takes effect.';
    return show(context, reply, 'Confirm', buttonPage('Confirm', lead, action, 'Confirm my subscription'));
  });
  app.post<ByToken>('/confirm/:token', LINKS, async ({ params }, reply) => {
    if ((await confirmSubscription(jobs, params.token)) === 'invalid') throw noSuchLink();
    const content = donePage('You are subscribed', 'From now on you hear of what you chose.');
    return show(context, reply, 'Subscribed', content);
  });
}

function addManage(app: FastifyInstance, context: WebContext, jobs: JobContext): void {
  app.get<ByToken>('/manage/:token', LINKS, async ({ params: { token } }, reply) => {
    const opened = await openSubscription(jobs, token);
    if (opened === null) throw noSuchLink();
    return show(context, reply, 'Your subscription', managePage(token, opened, await context.watchList()));
  });
  app.post<ByToken>('/manage/:token', LINKS, async ({ params: { token }, body }, reply) => {
    if ((await openSubscription(jobs, token)) === null) throw noSuchLink();
    const done = await checked(() => changeSubscription(jobs, token, readChoice(body)));
    if (done === 'invalid') throw noSuchLink();
    return show(context, reply, 'Saved', donePage('Saved', 'Your choice takes effect at once.'));
  });
}

function addUnsubscribe(app: FastifyInstance, context: WebContext, jobs: JobContext): void {
  // Mail programs send it as either kind of form; that it was sent is all that counts.
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, _body, done) => {
    done(null, {});
  });
  app.get<ByToken>('/unsubscribe/:token', LINKS, ({ params }, reply) => {
    const action = `/unsubscribe/${wellFormed(params.token)}`;
    const lead = 'No more mail will come, and your address is forgotten.';
    return show(context, reply, 'Unsubscribe', buttonPage('Unsubscribe', lead, action, 'Unsubscribe'));
  });
  app.post<ByToken>('/unsubscribe/:token', LINKS, async ({ params }, reply) => {
    if ((await unsubscribe(jobs, params.token)) === 'invalid') throw noSuchLink();
    const content = donePage('You are unsubscribed', 'No more mail comes, and your address is forgotten.');
    return show(context, reply, 'Unsubscribed', content);
  });
}

/** What a person chose wrongly is told to them. */
async function checked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TwinwatchError && error.code === 'job')
      throw new HttpProblem(422, sentence(error.message));
    throw error;
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** @throws HttpProblem for what can't be a token */
function wellFormed(token: string): string {
  if (!TOKEN.test(token)) throw noSuchLink();
  return token;
}

function noSuchLink(): HttpProblem {
  return new HttpProblem(404, 'This link leads nowhere, or not any more.');
}

function show(context: WebContext, reply: FastifyReply, title: string, content: Markup): FastifyReply {
  return reply.type(HTML).send(page({ title, content, context }));
}
