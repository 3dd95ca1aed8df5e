import type { CDPSession, Page } from 'playwright';
import { matchesUrl } from './selectors.js';

/** The network streams of a page whose address matches a pattern. */
export interface StreamCapture {
  /** Forgets what came until now: the prompt is about to be sent. */
  restart(): void;
  /** Streams since then, in the order in which they began. */
  streams(): readonly CapturedStream[];
}

export interface CapturedStream {
  readonly status: number;
  readonly body: string;
  /** `open` while it runs; `ended` also when the page closed it; `broken` when the connection was cut. */
  readonly state: 'open' | 'ended' | 'broken' | 'too-large';
}

const maxBytes = 4 * 1024 * 1024;

interface Growing {
  readonly status: number;
  /** Told event by event, in place of bytes. */
  readonly isEvents: boolean;
  /** In arrival order. The first slot is filled late: it holds what came before listening began. */
  parts: Buffer[];
  bytes: number;
  /** Whether what came before listening began is in. */
  ready: boolean;
  state: CapturedStream['state'];
}

/**
 * Listens to the streams of `page`. Not through Playwright's responses: those give no body for an
 * EventSource, nor for a stream that the page closes after its last event.
 */
export async function captureStreams(page: Page, pattern: string): Promise<StreamCapture> {
  const session = await page.context().newCDPSession(page);
  const streams = new Map<string, Growing>();
  const begin = (id: string, status: number, isEvents: boolean): void => {
    const stream: Growing = {
      status,
      isEvents,
      parts: [Buffer.alloc(0)],
      bytes: 0,
      ready: isEvents,
      state: 'open',
    };
    streams.set(id, stream);
    if (!isEvents) void listen(session, id, stream);
  };
  const close = (id: string, state: 'ended' | 'broken'): void => {
    const stream = streams.get(id);
    if (stream?.state === 'open') stream.state = state;
  };
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type !== 'Preflight' && matchesUrl(response.url, pattern))
      begin(requestId, response.status, type === 'EventSource');
  });
  session.on('Network.dataReceived', ({ requestId, data = '' }) => {
    const stream = streams.get(requestId);
    if (stream?.isEvents === false) take(stream, Buffer.from(data, 'base64'));
  });
  session.on('Network.eventSourceMessageReceived', ({ requestId, data }) =>
    take(streams.get(requestId), eventBytes(data)),
  );
  session.on('Network.loadingFinished', ({ requestId }) => close(requestId, 'ended'));
  // A page that has seen its last event often closes the stream itself: that is an end, not a break.
  session.on('Network.loadingFailed', ({ requestId, canceled }) =>
    close(requestId, canceled === true ? 'ended' : 'broken'),
  );
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    if (matchesUrl(url, pattern)) begin(requestId, 101, true);
  });
  session.on('Network.webSocketFrameReceived', ({ requestId, response }) =>
    take(streams.get(requestId), eventBytes(response.payloadData)),
  );
  session.on('Network.webSocketClosed', ({ requestId }) => close(requestId, 'ended'));
  await session.send('Network.enable');
  return { restart: () => forget(streams), streams: () => [...streams.values()].map(captured) };
}

function take(stream: Growing | undefined, part: Buffer): void {
  if (stream?.state !== 'open') return;
  stream.bytes += part.byteLength;
  if (stream.bytes > maxBytes) stream.state = 'too-large';
  else stream.parts.push(part);
}

/** An event as server-sent events spell it, whatever brought it. */
function eventBytes(data: string): Buffer {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return Buffer.from(`${lines.join('')}\n`, 'utf8');
}

/** A stream that the page keeps open for all its answers goes on; what it said before does not count. */
function forget(streams: Map<string, Growing>): void {
  for (const [id, stream] of streams) {
    if (stream.state === 'open') Object.assign(stream, { parts: [], bytes: 0 });
    else streams.delete(id);
  }
}

function captured({ status, parts, ready, state }: Growing): CapturedStream {
  return { status, state: ready ? state : 'open', body: Buffer.concat(parts).toString('utf8') };
}

async function listen(session: CDPSession, requestId: string, stream: Growing): Promise<void> {
  const slot = stream.parts[0];
  const before = await earlierBytes(session, requestId);
  if (before === null) stream.state = 'broken';
  else if (stream.parts[0] === slot) {
    stream.parts[0] = before;
    stream.bytes += before.byteLength;
  }
  stream.ready = true;
}

/** Turns on the delivery of data as it comes, and gives what came before that. */
async function earlierBytes(session: CDPSession, requestId: string): Promise<Buffer | null> {
  try {
    const { bufferedData } = await session.send('Network.streamResourceContent', { requestId });
    return Buffer.from(bufferedData, 'base64');
  } catch {
    // Already over: the whole body is there to be asked for.
  }
  try {
    const { body, base64Encoded } = await session.send('Network.getResponseBody', { requestId });
    return Buffer.from(body, base64Encoded ? 'base64' : 'utf8');
  } catch {
    return null;
  }
}
