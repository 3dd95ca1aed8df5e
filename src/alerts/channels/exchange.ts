import http from 'node:http';
import https from 'node:https';
import { guardedLookup, type Resolve, refuseForbiddenLiteral, systemResolve } from './address-guard.js';

const MAX_REASON_BYTES = 4096;

/** One request to a place that somebody configured. */
export interface Outgoing {
  readonly method: 'POST' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivateNetworks: boolean;
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The beginning of an error's body, at most 4,096 bytes; empty otherwise. */
  readonly reason: string;
}

/**
 * Makes a request to an address that is checked and then connected to, on a connection of its own. Redirects
 * are not followed. Rejects with the signal's reason, a `ForbiddenAddress` or an error of the network.
 */
export async function exchange(
  { method, url, headers, body, allowPrivateNetworks }: Outgoing,
  signal: AbortSignal,
  resolve: Resolve = systemResolve,
): Promise<Answer> {
  if (!allowPrivateNetworks) refuseForbiddenLiteral(url);
  const { request } = url.protocol === 'https:' ? https : http;
  const response = await new Promise<http.IncomingMessage>((answered, failed) => {
    const call = request(url, {
      method,
      headers: { 'user-agent': 'twinwatch', ...headers },
      agent: false,
      lookup: guardedLookup(resolve, allowPrivateNetworks),
      signal,
    });
    call.once('response', answered);
    call.on('error', (error) => failed(signal.aborted ? signal.reason : error));
    call.end(body);
  });
  const status = response.statusCode ?? 0;
  const reason = status >= 400 && method === 'POST' ? await beginning(response) : '';
  response.destroy();
  return { status, retryAfter: response.headers['retry-after'] ?? null, reason };
}

/** What comes of the body until it is long enough, ends or breaks off. */
async function beginning(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_REASON_BYTES) break;
    }
  } catch {
    // The status says what matters.
  }
  return Buffer.concat(chunks).subarray(0, MAX_REASON_BYTES).toString('utf8');
}
