import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpProblem } from './failures.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Notes the routes that are added from now on. Returns what is to be called after the last: an address that exists
 * then answers 405 to the methods it doesn't have, before any body is read.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  let done = false;
  app.addHook('onRoute', ({ url, method }) => {
    if (done) return;
    const methods = known.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });
  return () => {
    done = true;
    for (const [url, methods] of known) {
      if (methods.has('GET')) methods.add('HEAD');
      const others = METHODS.filter((one) => !methods.has(one));
      if (others.length === 0) continue;
      app.route({
        method: others,
        url,
        exposeHeadRoute: false,
        // After the limit of requests, before the body is read.
        preParsing: async (_request, reply) => {
          reply.header('allow', [...methods].join(', '));
          throw new HttpProblem(405, 'This address can’t be asked in that way.');
        },
        handler: () => undefined,
      });
    }
  };
}
