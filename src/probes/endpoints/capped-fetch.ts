/** What the transport saw of one request. */
export interface Transport {
  status: number | null;
  contentType: string;
  requestId: string | null;
  retryAfter: string | null;
  /** When the first byte of the body came, ms since 1970. */
  firstByteAt: number | null;
  tooLarge: boolean;
}

/**
 * A `fetch` that notes status, first byte and request id, and breaks the answer off past `maxBytes`
 * instead of reading 50 MB into memory. It sends `headers` and no others. Redirects fail: a key must not follow one to another host.
 */
export function cappedFetch(
  maxBytes: number,
  headers: Readonly<Record<string, string>>,
  now: () => number,
): { fetch: typeof fetch; transport: Transport } {
  const transport: Transport = {
    status: null,
    contentType: '',
    requestId: null,
    retryAfter: null,
    firstByteAt: null,
    tooLarge: false,
  };
  const wrapped: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, headers, redirect: 'error' });
    transport.status = response.status;
    transport.contentType = response.headers.get('content-type') ?? '';
    transport.requestId = response.headers.get('x-request-id') ?? response.headers.get('request-id');
    transport.retryAfter = response.headers.get('retry-after');
    if (!response.body) return response;
    const body = counted(response.body, transport, { maxBytes, now, signal: init?.signal ?? null });
    const capped = new Response(body, response);
    return capped.ok ? capped : await unlisted(capped);
  };
  return { fetch: wrapped, transport };
}

/** Google puts its error into a list, where the SDK would not find the message. */
async function unlisted(response: Response): Promise<Response> {
  const text = (await response.text()).trim();
  const isList = text.startsWith('[') && text.endsWith(']');
  return new Response(isList ? text.slice(1, -1) : text, response);
}

interface Limits {
  readonly maxBytes: number;
  readonly now: () => number;
  readonly signal: AbortSignal | null;
}

/**
 * Ends with `signal` by itself: once the headers have come, fetch holds on to its signal so loosely that after a
 * garbage collection it no longer hears it, and a server that stalls would never be left. Not a TransformStream:
 * that costs several times as much, and there is one a request.
 */
function counted(
  body: ReadableStream<Uint8Array>,
  transport: Transport,
  { maxBytes, now, signal }: Limits,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const leave = (): void => {
          controller.error(signal?.reason);
          reader.cancel(signal?.reason).catch(() => undefined);
        };
        if (signal?.aborted) leave();
        else signal?.addEventListener('abort', leave, { once: true });
      },
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (signal?.aborted) return;
        if (done) return controller.close();
        transport.firstByteAt ??= now();
        bytes += value.byteLength;
        if (bytes <= maxBytes) return controller.enqueue(value);
        transport.tooLarge = true;
        const error = new Error(`the answer is larger than ${maxBytes} bytes`);
        controller.error(error);
        await reader.cancel(error);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
