import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';
import { errorMessage } from '../../core/index.js';
import { EvidenceError } from '../errors.js';
import { fromBase64 } from '../signed-note.js';

/** Another installation's log on the web. Every method throws EvidenceError. */
export interface RemoteLog {
  /** Its newest checkpoint, as it is served. */
  checkpoint(): Promise<string>;
  /** The hashes that prove that the first `to` entries begin with the first `from`. */
  prove(from: number, to: number): Promise<Buffer[]>;
  /** Hands a co-signed checkpoint in. Returns why the log did not take it; null where it did. */
  submit(note: string): Promise<string | null>;
}

// A note may have a hundred signatures.
const MAX_BYTES = 100_000;
const TIMEOUT_MS = 20_000;

// The proof has a hash for each level of the tree, and one more.
const proofShape = z.object({ hashes: z.array(z.string().max(44)).max(64) });
const problemShape = z.object({ detail: z.string().max(300) });

/**
 * The log of the installation whose web page is at `base`. Redirects are not followed, answers are read up to 100 kB
 * and for 20 s.
 */
export function remoteLog(base: URL): RemoteLog {
  const url = (path: string): string => `${base.href.replace(/\/+$/, '')}/log/${path}`;
  const get = async (path: string): Promise<string> => {
    const { status, text } = await request(url(path), { method: 'GET' });
    if (status !== 200) throw new EvidenceError(`${url(path)} answers with status ${status}`);
    return text;
  };
  return {
    checkpoint: () => get('checkpoint'),
    prove: async (from, to) => {
      const path = `consistency?from=${from}&to=${to}`;
      return hashesOf(await get(path), url(path));
    },
    submit: async (note) => {
      const headers = { 'content-type': 'text/plain; charset=utf-8', accept: 'application/json' };
      const { status, text } = await request(url('cosignatures'), { method: 'POST', headers, body: note });
      return status === 200 ? null : (detailOf(text) ?? `it answers with status ${status}`);
    },
  };
}

function hashesOf(text: string, place: string): Buffer[] {
  try {
    const hashes = proofShape.parse(JSON.parse(text)).hashes.map(fromBase64);
    if (hashes.every((hash) => hash?.length === 32)) return hashes.filter((hash) => hash !== null);
  } catch {
    // Said below.
  }
  throw new EvidenceError(`${place} holds no consistency proof`);
}

/** What a problem of RFC 9457 says. */
function detailOf(text: string): string | null {
  try {
    return problemShape.parse(JSON.parse(text)).detail;
  } catch {
    return null;
  }
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function request(
  url: string,
  { method, headers, body }: Request,
): Promise<{ status: number; text: string }> {
  const { request: send } = url.startsWith('https:') ? https : http;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await new Promise<http.IncomingMessage>((answered, failed) => {
      const call = send(url, {
        method,
        headers: { 'user-agent': 'twinwatch', ...headers },
        agent: false,
        signal,
      });
      call.once('response', answered);
      call.on('error', failed);
      call.end(body);
    });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } catch (error) {
    const reason = errorMessage(signal.aborted ? signal.reason : error);
    throw new EvidenceError(`${url} gives no answer that can be read: ${reason}`);
  }
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
