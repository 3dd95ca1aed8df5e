import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { createApiEndpoint } from '../../../src/probes/index.js';
import { createPacer } from '../../../src/probes/pacer.js';
import {
  completion,
  endpointConfig,
  event,
  quickClock,
  serve,
  startStream,
  type TestServer,
} from '../_server.js';

let server: TestServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const halves = {
  'half of a stream': (response: ServerResponse): void => {
    startStream(response);
    response.write(event('Half of an'));
  },
  'half of a whole answer': (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(JSON.stringify(completion('Half of an answer')).slice(0, 60));
  },
  nothing: (): void => undefined,
};

// A request that nobody can end would hold up its watch for ever.
it.each(Object.entries(halves))(
  'a server that sends %s is left in time, garbage collected or not',
  async (name, half) => {
    server = await serve(half);
    const stream = name !== 'half of a whole answer';
    const config = endpointConfig(server.url, {
      stream,
      firstByteTimeoutMs: 1_500,
      totalTimeoutMs: 1_500,
      concurrency: 8,
    });
    const pacer = createPacer(config);
    const endpoint = createApiEndpoint(config, { apiKey: null, pacer, clock: quickClock() });
    const asked = Array.from({ length: 8 }, (_, i) =>
      endpoint.ask(`Question ${i}`, new AbortController().signal),
    );
    // The halves have come; several turns, so that what is held by a timer or a microtask only is let go.
    while (server.received.length < 8) await turn();
    for (let i = 0; i < 5; i += 1) {
      await turn(50);
      collectGarbage();
    }
    for (const { outcome } of await Promise.all(asked)) expect(outcome.kind).toBe('timeout');
  },
  15_000,
);

function turn(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
