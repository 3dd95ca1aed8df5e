import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiEndpointConfig } from '../../src/config/index.js';
import type { Amount, Reservation } from '../../src/probes/budget.js';
import { createApiEndpoint, type Endpoint } from '../../src/probes/index.js';
import { costMicros } from '../../src/probes/meter.js';
import { createPacer } from '../../src/probes/pacer.js';
import {
  completion,
  endpointConfig,
  event,
  json,
  noParams,
  quickClock,
  serve,
  startStream,
  type TestServer,
} from './_server.js';

let server: TestServer | null = null;

afterEach(async () => {
  await server?.close();
});

/** Notes what is counted; `renewals` retries find room. */
function purse(renewals = 99): Reservation & { readonly settled: Amount[] } {
  const settled: Amount[] = [];
  let left = renewals;
  return {
    settled,
    leave: async () => true,
    settle: async (used) => {
      settled.push(used);
    },
    renew: async () => {
      left -= 1;
      return left >= 0;
    },
  };
}

async function counted(
  answer: (response: ServerResponse, number: number) => void,
  changes: Partial<ApiEndpointConfig> = {},
): Promise<Endpoint> {
  server = await serve(answer);
  const params = { ...noParams, maxTokens: 50 };
  const price = { input: 2_500_000, output: 10_000_000, currency: 'USD' };
  const config = endpointConfig(server.url, { params, price, ...changes });
  const pacer = createPacer(config);
  return createApiEndpoint(config, { apiKey: null, pacer, clock: quickClock(), counted: true });
}

const signal = new AbortController().signal;

function usage(prompt: number, answer: number, text = 'Hi.'): object {
  return { ...completion(text), usage: { prompt_tokens: prompt, completion_tokens: answer } };
}

describe('what a request is counted as', () => {
  it('is at most its bytes and max_tokens, and what the API reports once it has answered', async () => {
    const endpoint = await counted((response) => json(response, usage(11, 7)));
    const claim = endpoint.claim?.('Grüße?');
    const own = purse();
    await endpoint.ask('Grüße?', signal, own);
    const sent = Buffer.byteLength(JSON.stringify(server?.received[0]?.body));
    expect(claim).toMatchObject({ tokens: sent + 50, micros: Math.ceil(sent * 2.5 + 500), bounded: true });
    expect(own.settled).toEqual([{ tokens: 18, micros: 98 }]);
  });

  it('holds the reasoning that only the total shows', async () => {
    const endpoint = await counted((response) =>
      json(response, {
        ...completion('Hi.'),
        usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 45 },
      }),
    );
    const own = purse();
    const { meta } = await endpoint.ask('Hi', signal, own);
    expect(meta.completionTokens).toBe(40);
    expect(own.settled[0]?.tokens).toBe(45);
  });

  it.each([
    ['no usage', {}],
    ['usage that can be none', { usage: { prompt_tokens: 0, completion_tokens: -3.5 } }],
  ])('is the bytes of the text where the reply holds %s', async (_, more) => {
    const endpoint = await counted((response) => {
      const { usage: __, ...reply } = completion('Äh.') as { usage: object };
      json(response, { ...reply, ...more });
    });
    const worst = endpoint.claim?.('Hi')?.tokens ?? 0;
    const own = purse();
    await endpoint.ask('Hi', signal, own);
    expect(own.settled[0]?.tokens).toBe(worst - 50 + 4);
  });

  it.each([
    [
      'a stream that broke off',
      (response: ServerResponse) => {
        startStream(response);
        response.write(event('Hel'));
        setImmediate(() => response.destroy());
      },
    ],
    ['a reply that is none', (response: ServerResponse) => json(response, { nonsense: true })],
  ])('is the worst case after %s', async (_, answer) => {
    const endpoint = await counted(answer, { stream: true });
    const own = purse();
    const worst = endpoint.claim?.('Hi')?.tokens;
    await endpoint.ask('Hi', signal, own);
    expect(own.settled.map(({ tokens }) => tokens)).toEqual([worst]);
  });

  it('is nothing for a request that was turned away; each retry is reserved anew', async () => {
    const turnAway = (response: ServerResponse, number: number): void =>
      number < 2 ? json(response, {}, 429) : json(response, usage(5, 6));
    const endpoint = await counted(turnAway, { stream: true, maxRetries: 3 });
    const own = purse(1);
    const first = await endpoint.ask('Hi', signal, own);
    expect(first).toMatchObject({ outcome: { kind: 'rate-limited' }, attempts: 2 });
    expect(own.settled).toEqual([
      { tokens: 0, micros: 0 },
      { tokens: 0, micros: 0 },
    ]);
    expect(server?.received).toHaveLength(2);
  });

  it('is not sent at all where the budget was passed meanwhile', async () => {
    const endpoint = await counted((response) => json(response, usage(5, 6)));
    const result = await endpoint.ask('Hi', signal, { ...purse(), leave: async () => false });
    expect(result).toMatchObject({ outcome: { kind: 'over-budget', beforeGeneration: false }, attempts: 0 });
    expect(server?.received).toHaveLength(0);
  });
});

describe('the worst case', () => {
  it('is an estimate without max_tokens, which grows with what was seen', async () => {
    const endpoint = await counted((response) => json(response, usage(5, 20_000)), { params: noParams });
    const before = endpoint.claim?.('Hi');
    expect(before?.bounded).toBe(false);
    await endpoint.ask('Hi', signal, purse());
    expect(endpoint.claim?.('Hi')?.tokens).toBe((before?.tokens ?? 0) - 8192 + 20_000);
  });

  it('is no longer trusted once the API has reported more', async () => {
    const endpoint = await counted((response) => json(response, usage(900, 60)));
    const before = endpoint.claim?.('Hi')?.tokens ?? 0;
    const own = purse();
    await endpoint.ask('Hi', signal, own);
    expect(own.settled[0]?.tokens).toBe(960);
    expect(before).toBeLessThan(960);
    expect(endpoint.claim?.('Hi')).toMatchObject({ tokens: 960, bounded: false });
  });
});

it('counts money in whole millionths, rounded up', () => {
  const price = { input: 150_000, output: 600_000, currency: 'EUR' };
  expect(costMicros(price, 1, 0)).toBe(1);
  expect(costMicros(price, 20, 0)).toBe(3);
  expect(costMicros(price, 1_000_000, 1_000_000)).toBe(750_000);
  expect(costMicros({ ...price, input: 100_000 * 1e6 }, 1e9, 1e9)).toBe(100_000_600_000_000);
});
