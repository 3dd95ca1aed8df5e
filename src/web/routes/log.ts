import type { FastifyRequest } from 'fastify';
import { acceptCosignatures, newestNote, proveConsistency, proveEntry } from '../../evidence/index.js';
import { newestCheckpoint } from '../../store/index.js';
import type { RouteModule } from '../context.js';
import { HttpProblem } from '../failures.js';

// A checkpoint with a hundred signatures of usual names.
const NOTE_BYTES = 32 * 1024;
const NOTES_PER_MINUTE = 30;

const text = 'text/plain; charset=utf-8';

/** The evidence log for its witnesses: its signed head, proofs, and a place for co-signatures. */
export const addLog: RouteModule = (app, { store, clock, witnesses, isReadOnly }) => {
  app.get('/log/checkpoint', async (_request, reply) => {
    if ((await newestCheckpoint(store.db)) === null)
      throw new HttpProblem(404, 'Nothing has been signed yet.');
    return reply
      .type(text)
      .header('cache-control', 'no-cache')
      .send(await newestNote(store.db));
  });
  app.get('/log/consistency', async (request) => {
    const [from, to] = [sizeOf(request, 'from'), sizeOf(request, 'to')];
    const proof = await proveConsistency(store.db, from, to);
    if (proof === null) throw new HttpProblem(404, 'The log was not signed at both of these sizes yet.');
    return proof;
  });
  app.get('/log/inclusion', async (request, reply) => {
    const height = sizeOf(request, 'height');
    // Whoever asks has the entry: the log tells no entry to those who don't.
    const proof = await proveEntry(store.db, height, { withEntry: false });
    if (proof === null) throw new HttpProblem(404, 'No checkpoint covers this entry.');
    return reply.type(text).header('cache-control', 'no-cache').send(proof);
  });
  if (isReadOnly) return;
  const limits = {
    bodyLimit: NOTE_BYTES,
    config: { rateLimit: { max: NOTES_PER_MINUTE, timeWindow: 60_000 } },
  };
  app.post('/log/cosignatures', limits, async ({ body }) => {
    if (typeof body !== 'string') throw new HttpProblem(415, 'Send the co-signed checkpoint as plain text.');
    const found = await acceptCosignatures(store, body, witnesses, clock.now());
    if (found.kind === 'refused') throw new HttpProblem(422, `The co-signature is refused: ${found.reason}.`);
    if (found.kind === 'unknown')
      throw new HttpProblem(403, 'This log trusts no witness that has signed it.');
    return { size: found.size, added: found.added };
  });
};

function sizeOf({ query }: FastifyRequest, name: string): number {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value))
    throw new HttpProblem(400, `Say ${name}, a whole number, in the address.`);
  return Number(value);
}
