import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a gateway does to a request instead of passing it on. */
export type Mishap =
  | 'reset' // the connection breaks before any answer
  | 'silence' // nothing ever comes
  | 'cut' // the connection breaks in the middle of the answer
  | 'stall' // half of the answer comes, then nothing
  | 'empty' // an answer without text
  | 'withheld' // a filter keeps the answer back
  | 'huge'; // an answer past any size cap

/** One request, as it arrived. */
export interface Arrival {
  /** The first part of the path. */
  readonly side: string;
  readonly prompt: string;
  /** Tokens that were used for it, as the models count them; 0 where none answered. */
  tokens: number;
}

export interface Gateway {
  /** `URL/listed/v1` and `URL/released/v1` are the base URLs of the two sides. */
  readonly url: string;
  readonly arrived: readonly Arrival[];
  /** While true, nobody listens on the port. */
  setDown(down: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Stands between a watch and the simulated models at `target`, which it asks for the answer to each request.
 * `mishap` is told the request and the answer's text, and says what happens to it.
 */
export async function startGateway(
  target: string,
  mishap: (arrival: Arrival, text: string) => Mishap | null,
): Promise<Gateway> {
  const arrived: Arrival[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    pass(request, response).catch(() => response.destroy());
  });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const sent = JSON.parse(body) as { messages: { content: string }[]; stream?: boolean };
    const side = request.url?.split('/')[1] ?? '';
    const arrival: Arrival = { side, prompt: sent.messages.at(-1)?.content ?? '', tokens: 0 };
    arrived.push(arrival);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const answer = await fetch(`${target}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: left.signal,
    });
    const reply = await read(answer);
    const text = answer.ok ? textOf(reply.body) : '';
    arrival.tokens = Number(/"total_tokens":(\d+)/.exec(reply.body)?.[1] ?? 0);
    const what = reply.isBroken ? 'cut' : answer.ok ? mishap(arrival, text) : null;
    const type = answer.headers.get('content-type') ?? 'text/plain';
    spoil(what, response, { status: answer.status, type, body: reply.body, isStream: sent.stream === true });
  };
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const hangUp = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    setDown: async (down) => {
      if (down) await hangUp();
      else await listen(port);
    },
    close: hangUp,
  };
}

/** As much of a reply as came. */
async function read(answer: Response): Promise<{ body: string; isBroken: boolean }> {
  const chunks: Uint8Array[] = [];
  let isBroken = false;
  try {
    for await (const chunk of answer.body ?? []) chunks.push(chunk as Uint8Array);
  } catch {
    isBroken = true;
  }
  return { body: Buffer.concat(chunks).toString('utf8'), isBroken };
}

/** The text of an answer, streamed or whole; anything else has none. */
function textOf(body: string): string {
  const parts = body.matchAll(/"content":("(?:[^"\\]|\\.)*")/g);
  return [...parts].map(([, text]) => JSON.parse(text ?? '""') as string).join('');
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly isStream: boolean;
}

function spoil(what: Mishap | null, response: ServerResponse, reply: Reply): void {
  const half = reply.body.slice(0, Math.ceil(reply.body.length / 2));
  switch (what) {
    case 'reset':
      response.destroy();
      return;
    case 'silence':
      return;
    case 'cut':
      response.writeHead(reply.status, { 'content-type': reply.type });
      response.write(half, () => response.destroy());
      return;
    case 'stall':
      response.writeHead(reply.status, { 'content-type': reply.type });
      response.write(half);
      return;
    case 'empty':
      end(response, reply, bodyOf(reply.isStream, '', 'stop'));
      return;
    case 'withheld':
      end(response, reply, bodyOf(reply.isStream, '', 'content_filter'));
      return;
    case 'huge':
      end(response, reply, bodyOf(reply.isStream, 'No end. '.repeat(550_000), 'stop'));
      return;
    case null:
      end(response, reply, reply.body);
  }
}

function end(response: ServerResponse, { status, type }: Reply, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

function bodyOf(isStream: boolean, content: string, finish: string): string {
  const message = { role: 'assistant', content };
  const choice = { index: 0, finish_reason: finish, ...(isStream ? { delta: message } : { message }) };
  const text = JSON.stringify({
    id: 'gateway',
    object: 'chat.completion',
    model: 'vanilla',
    choices: [choice],
  });
  return isStream ? `data: ${text}\n\ndata: [DONE]\n\n` : text;
}
