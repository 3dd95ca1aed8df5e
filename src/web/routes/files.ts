import type { RouteModule } from '../context.js';
import { stylesheet } from '../style/index.js';

const ROBOTS = `User-agent: *
Allow: /
`;

/** The stylesheet, and what crawlers ask for. */
export const addFiles: RouteModule = (app) => {
  app.get(stylesheet.path, (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(stylesheet.text),
  );
  app.get('/robots.txt', (_request, reply) => reply.type('text/plain; charset=utf-8').send(ROBOTS));
};
