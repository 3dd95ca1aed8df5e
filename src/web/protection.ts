import { fastifyHelmet } from '@fastify/helmet';
import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { WebConfig } from '../config/index.js';
import type { WebLimits } from './limits.js';

/** What browsers are told not to do with a page. No script and no style but the one file, whatever an answer says. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** Security headers, and a limit to how often one address may ask. */
export async function addProtection(
  app: FastifyInstance,
  config: WebConfig,
  limits: WebLimits,
): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy,
    // Forms of this page tell where they come from; other sites learn nothing.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: config.publicUrl?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  });
  await app.register(fastifyRateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    ipv6Subnet: 64,
  });
}
