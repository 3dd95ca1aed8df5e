import { alertWording } from '../../alerts/index.js';
import type { Markup } from '../../core/index.js';
import type { IncidentCursor } from '../../store/index.js';
import type { RouteModule, WebContext } from '../context.js';
import { HttpProblem } from '../failures.js';
import { incidentPage } from '../incident/incident-page.js';
import { incidentJson, incidentMarkdown } from '../incident/incident-twins.js';
import { incidentList } from '../incident/list-page.js';
import { readIncident, readIncidents, type ShownIncident } from '../incident/read-incident.js';
import { page } from '../layout.js';
import { fresh, HTML, JSON_TYPE, MARKDOWN, queryOf } from '../reply.js';

const PER_PAGE = 50;

/** The public incidents: each with its permanent page and twins, and the list of them. */
export const addIncidents: RouteModule = (app, context) => {
  app.get('/incidents', async (request, reply) => {
    const content = await listOf(context, queryOf(request));
    return fresh(reply)
      .type(HTML)
      .send(page({ title: 'Incidents', content, context }));
  });
  app.get<{ Params: { name: string } }>('/incidents/:name', async ({ params }, reply) => {
    const [, id = '', form = ''] = /^([A-Za-z0-9_-]{1,128})(\.json|\.md)?$/.exec(params.name) ?? [];
    const shown = await known(context, id);
    const url = `${context.publicUrl()}/incidents/${id}`;
    fresh(reply).header('last-modified', new Date(shown.incident.updatedAt).toUTCString());
    if (form === '.json') return reply.type(JSON_TYPE).send(incidentJson(shown, url));
    if (form === '.md') return reply.type(MARKDOWN).send(incidentMarkdown(shown, url));
    const title = alertWording(shown.content).headline;
    const twins = { json: `/incidents/${id}.json`, markdown: `/incidents/${id}.md` };
    const content = incidentPage(shown, url);
    const feeds = `/watches/${shown.content.watch.id}`;
    return reply.type(HTML).send(page({ title, content, twins, feeds, context }));
  });
  app.get<{ Params: { id: string } }>('/i/:id', async ({ params: { id } }, reply) => {
    await known(context, id);
    return reply.redirect(`/incidents/${id}`, 301);
  });
};

/** @throws HttpProblem where there is no such incident, or the public may not know of it */
async function known({ store }: WebContext, id: string): Promise<ShownIncident> {
  const shown = id === '' ? null : await readIncident(store.db, id);
  if (shown === null) throw new HttpProblem(404, 'There is no such incident.');
  return shown;
}

async function listOf({ store }: WebContext, query: URLSearchParams): Promise<Markup> {
  const asked = query.get('watch') ?? '';
  const watchId = /^[a-z0-9-]{1,64}$/.test(asked) ? asked : null;
  const after = readCursor(query.get('after') ?? '');
  const { incidents, next } = await readIncidents(store.db, watchId, after, PER_PAGE);
  const older = new URLSearchParams(watchId === null ? {} : { watch: watchId });
  if (next) older.set('after', `${next.openedAt}.${next.id}`);
  return incidentList({ watchId, incidents, older: next && `?${older.toString()}` });
}

/** What makes no sense is as if it weren't there. */
function readCursor(text: string): IncidentCursor | null {
  const [, openedAt, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{1,128})$/.exec(text) ?? [];
  return openedAt === undefined || id === undefined ? null : { openedAt: Number(openedAt), id };
}
