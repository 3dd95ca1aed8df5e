import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  alertContent,
  createSender,
  type Delivery,
  deliveriesFor,
  type Sender,
} from '../../src/alerts/index.js';
import { type Clock, systemClock } from '../../src/core/index.js';
import { exampleInput, hostileInput } from './example.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const never = new AbortController().signal;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
let received: Received[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  received = [];
  answer = (response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function hook(to: string = url, input = exampleInput()): Delivery {
  const [delivery] = deliveriesFor(alertContent(input), [
    {
      kind: 'webhook',
      url: to,
      secretEnv: 'HOOK_SECRET',
      previousSecretEnv: null,
      allowPrivateNetworks: true,
    },
  ]);
  if (delivery === undefined) throw new Error('no delivery');
  return delivery;
}

function sender(options: { clock?: Clock; secret?: string | null } = {}): Sender {
  return createSender({
    env: { secret: (name) => (name === 'HOOK_SECRET' ? (options.secret ?? SECRET) || null : null) },
    smtp: null,
    clock: options.clock ?? systemClock,
    print: () => undefined,
  });
}

describe('a webhook', () => {
  it("carries a signature that the receiver's own library accepts, under the same id every time", async () => {
    const delivery = hook(url, hostileInput());
    for (let i = 0; i < 2; i += 1)
      expect(await sender().send(delivery, never)).toEqual({ kind: 'sent', detail: 'HTTP 204' });
    expect(received).toHaveLength(2);
    for (const { headers, body } of received) {
      const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>);
      expect(verified).toMatchObject({
        type: 'incident.opened',
        timestamp: '2026-05-04T10:20:30.000Z',
        data: {
          verdict: 'different',
          incident: { id: 'maverick-1' },
          report: { eValue: null, alpha: 0.001 },
        },
      });
      expect(headers['webhook-id']).toBe(delivery.id);
      expect(headers['content-type']).toBe('application/json');
      const other = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
      expect(() => other.verify(body, headers as Record<string, string>)).toThrow('No matching signature');
    }
    expect(received[0]?.body).toBe(received[1]?.body);
  });

  it('is signed with both secrets while they are being changed', async () => {
    const old = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const env = { secret: (name: string) => (name === 'HOOK_SECRET' ? SECRET : name === 'OLD' ? old : null) };
    const mine = createSender({ env, smtp: null, clock: systemClock, print: () => undefined });
    const delivery = hook();
    const target = { ...delivery.target, previousSecretEnv: 'OLD' } as Delivery['target'];
    expect((await mine.send({ ...delivery, target }, never)).kind).toBe('sent');
    const { headers, body } = received[0]!;
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [SECRET, old]) new Webhook(secret).verify(body, headers as Record<string, string>);
    const unset = { ...delivery.target, previousSecretEnv: 'UNSET' } as Delivery['target'];
    expect(await mine.send({ ...delivery, target: unset }, never)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('UNSET'),
    });
  });

  it('is retried, rejected or done with by its status', async () => {
    const kinds: Record<number, string> = {};
    for (const status of [200, 202, 301, 307, 400, 401, 404, 408, 410, 425, 429, 500, 503]) {
      answer = (response) => response.writeHead(status, { location: `${url}/elsewhere` }).end('x');
      kinds[status] = (await sender().send(hook(), never)).kind;
    }
    const of = (kind: string) => Object.keys(kinds).filter((status) => kinds[Number(status)] === kind);
    expect(of('sent')).toEqual(['200', '202']);
    expect(of('retry')).toEqual(['408', '425', '429', '500', '503']);
    expect(of('rejected')).toEqual(['301', '307', '400', '401', '404', '410']);
    expect(received, 'no redirect was followed').toHaveLength(13);
  });

  it('honours Retry-After in seconds and as a date, within a day', async () => {
    const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1) };
    const asked = async (value: string) => {
      answer = (response) => response.writeHead(429, { 'retry-after': value }).end();
      const result = await sender({ clock }).send(hook(), never);
      return result.kind === 'retry' ? result.retryAfterMs : result;
    };
    expect(await asked('120')).toBe(120_000);
    expect(await asked('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30_000);
    expect(await asked('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
    expect(await asked('99999999')).toBe(86_400_000);
    expect(await asked('soon')).toBeNull();
  });

  it('gives a hanging receiver 15 s', async () => {
    const asked: number[] = [];
    const hanging = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    const clock: Clock = {
      now: Date.now,
      sleep: (ms) => {
        asked.push(ms);
        return hanging;
      },
    };
    const result = await sender({ clock }).send(hook(), never);
    expect(asked).toEqual([15_000]);
    expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining('no answer within 15 s') });
  });

  it('ends at once when the sender closes or the caller aborts', async () => {
    for (const stop of ['close', 'abort'] as const) {
      const [mine, caller] = [sender(), new AbortController()];
      answer = () => (stop === 'close' ? mine.close() : caller.abort());
      expect((await mine.send(hook(), caller.signal)).kind).toBe('retry');
      expect((await mine.send(hook(), caller.signal)).kind).toBe('retry');
    }
    expect(received, 'nothing is sent after stopping').toHaveLength(2);
  });

  it('does not read an endless answer, and retries a broken one or a closed port', async () => {
    let closed: Promise<unknown> | undefined;
    answer = (response) => {
      closed = once(response, 'close');
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384);
      const pump = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    };
    expect((await sender().send(hook(), never)).kind).toBe('sent');
    await closed;
    answer = (response) => response.destroy();
    expect((await sender().send(hook(), never)).kind).toBe('retry');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    const refused = await sender().send(hook(), never);
    expect(refused).toMatchObject({ kind: 'retry', reason: expect.stringContaining('ECONNREFUSED') });
  });

  it('says why an address or a secret cannot be used, without quoting either', async () => {
    const short = `whsec_${Buffer.alloc(8).toString('base64')}`;
    for (const secret of ['hunter2', 'whsec_', 'whsec_%%%', short, `${SECRET}\r\nx: y`, SECRET.slice(6)]) {
      const result = await sender({ secret }).send(hook(), never);
      expect(result).toMatchObject({
        kind: 'rejected',
        reason: expect.stringContaining('whsec_ followed by'),
      });
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
    for (const bad of ['nonsense', 'file:///etc/passwd', url.replace('//', '//user:hunter2@')]) {
      const result = await sender().send(hook(bad), never);
      expect(result.kind, bad).toBe('rejected');
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
    const missing = await sender({ secret: '' }).send(hook(), never);
    expect(missing).toMatchObject({ kind: 'retry', reason: expect.stringContaining('HOOK_SECRET') });
    expect(received).toHaveLength(0);
  });
});

describe('the console channel', () => {
  it('prints one line through the given function', async () => {
    const lines: string[] = [];
    const mine = createSender({
      env: { secret: () => null },
      smtp: null,
      clock: systemClock,
      print: (line) => lines.push(line),
    });
    const [delivery] = deliveriesFor(alertContent(hostileInput()), [{ kind: 'console' }]);
    if (delivery === undefined) throw new Error('no delivery');
    expect((await mine.send(delivery, never)).kind).toBe('sent');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^ALERT maverick-1 2026-05-04 10:20 UTC: [^\n]*$/);
  });

  it('turns a printer that throws into a retry', async () => {
    const mine = createSender({
      env: { secret: () => null },
      smtp: null,
      clock: systemClock,
      print: () => {
        throw new Error('EPIPE');
      },
    });
    const [delivery] = deliveriesFor(alertContent(exampleInput()), [{ kind: 'console' }]);
    if (delivery === undefined) throw new Error('no delivery');
    expect(await mine.send(delivery, never)).toEqual({ kind: 'retry', reason: 'EPIPE', retryAfterMs: null });
  });
});
