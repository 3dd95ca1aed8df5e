import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { html } from '../core/index.js';
import type { WebContext } from './context.js';
import { page } from './layout.js';

/** An answer that is no success: the status and a sentence for whoever asked. */
export class HttpProblem extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request can’t be read',
  403: 'Not allowed',
  404: 'There is no such page',
  405: 'Not possible here',
  413: 'The request is too large',
  414: 'The address is too long',
  415: 'This kind of content can’t be read',
  422: 'Something in it is not right',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available now',
};

/** Where no hook of the security headers has run. */
const bareHeaders = {
  'content-security-policy': "default-src 'none';style-src 'self';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Every failure as a page, or as problem+json (RFC 9457) for programs. What went wrong inside stays in the log. */
export function addErrorPages(app: FastifyInstance, context: WebContext): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (statusOf(error) >= 500) context.logger.error({ err: error }, 'a request failed');
    return sendError(error, request, reply, context);
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendError(new HttpProblem(404, 'Nothing is at this address.'), request, reply, context),
  );
}

/** Without a context, for requests that no route has seen, the page has no foot. */
export function sendError(
  error: Partial<Pick<FastifyError, 'statusCode' | 'message'>>,
  request: FastifyRequest,
  reply: FastifyReply,
  context?: WebContext,
): FastifyReply {
  const status = statusOf(error);
  const title = titles[status] ?? 'It did not work';
  const detail =
    error instanceof HttpProblem
      ? error.message
      : status === 429
        ? 'Wait a minute, then go on.'
        : status >= 500
          ? 'It was written down for whoever runs this.'
          : 'The server could not make sense of what was sent.';
  reply.code(status).header('cache-control', 'no-store');
  if (!context) reply.headers(bareHeaders);
  if (isForPrograms(request)) {
    return reply
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
  }
  const content = html`<h1>${title}</h1><p class="lead">${detail}</p><p><a href="/">To the overview</a></p>`;
  return reply.type('text/html; charset=utf-8').send(page({ title, content, context }));
}

function statusOf({ statusCode }: { statusCode?: number | undefined }): number {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}

/** By path, and by what the client prefers. */
function isForPrograms({ url, headers: { accept = '' } }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? '';
  if (path.startsWith('/api/') || path.endsWith('.json')) return true;
  return accept.includes('json') && !accept.includes('text/html');
}
