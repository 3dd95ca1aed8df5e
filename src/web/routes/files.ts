import type { RouteModule } from '../context.js';
import { stylesheet } from '../style/index.js';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d55b3"/><path d="M3.5 6h9M3.5 10h9M10 2.5l-4 11" stroke="#fff" stroke-width="1.6" fill="none"/></svg>`;

const ROBOTS = `User-agent: *
Disallow: /*/answers
Disallow: /confirm/
Disallow: /manage/
Disallow: /unsubscribe/
`;

/** The stylesheet, the icon, and what crawlers ask for. */
export const addFiles: RouteModule = (app) => {
  app.get(stylesheet.path, (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(stylesheet.text),
  );
  app.get('/icon.svg', (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(ICON),
  );
  app.get('/robots.txt', (_request, reply) => reply.type('text/plain; charset=utf-8').send(ROBOTS));
};
