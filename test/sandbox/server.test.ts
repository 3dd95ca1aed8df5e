import { request } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { ask, complete, PROMPTS, post, prompts } from './_client.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'server' });
});
afterAll(() => sandbox.close());

function client(to: Sandbox): OpenAI {
  return new OpenAI({ baseURL: `${to.url}/v1`, apiKey: 'none', maxRetries: 0, timeout: 20_000 });
}

async function errorOf(fields: object): Promise<{ status: number; param: unknown; code: unknown }> {
  const response = await post(sandbox, fields);
  const { error } = (await response.json()) as { error: { param: unknown; code: unknown; message: string } };
  expect(error.message).not.toBe('');
  return { status: response.status, param: error.param, code: error.code };
}

describe('the API', () => {
  it('answers through the official client, whole and streamed', async () => {
    const api = client(sandbox);
    const messages = [{ role: 'user' as const, content: PROMPTS[1] }];
    const whole = await api.chat.completions.create({ model: 'vanilla', messages });
    expect(whole.choices[0]?.message.content).toMatch(/sourdough|rye/i);
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    expect(whole.model).toBe('vanilla');
    expect(whole.system_fingerprint).toContain('simulated');

    const stream = await api.chat.completions.create({
      model: 'vanilla',
      messages,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    const finishes: unknown[] = [];
    let usage = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason);
      usage += chunk.usage?.completion_tokens ?? 0;
    }
    expect(finishes).toEqual(['stop']);
    const same = await api.chat.completions.create({ model: 'vanilla', messages, temperature: 0 });
    expect(text).toBe(same.choices[0]?.message.content);
    expect(usage).toBe(same.usage?.completion_tokens);
  });

  it('streams well-formed events, without usage unless asked', async () => {
    const response = await post(sandbox, { stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    const events = (await response.text()).split('\n\n');
    expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
    const chunks = events.slice(0, -2).map((event) => JSON.parse(event.slice('data: '.length)));
    expect(chunks[0].choices[0].delta).toMatchObject({ role: 'assistant', content: '' });
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  it('says wherever it identifies itself that it is simulated', async () => {
    const response = await fetch(`${sandbox.url}/v1/models`);
    const { data } = (await response.json()) as { data: { id: string; owned_by: string }[] };
    expect(data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['vanilla', 'arena-tuned', 'quantised', 'swap-at=40', 'faulty']),
    );
    for (const model of data) expect(model.owned_by).toBe('twinwatch-sandbox (simulated)');
    for (const model of ['vanilla', 'arena-tuned', 'quantised']) {
      expect(await ask(sandbox, model, 'Who are you, and which model is this?')).toMatch(/simulat/);
    }
  });

  it('rejects bad fields as the real API does, and counts only good requests', async () => {
    const before = sandbox.requests();
    expect(await errorOf({ temperature: 3 })).toMatchObject({ status: 400, param: 'temperature' });
    expect(await errorOf({ max_tokens: 0 })).toMatchObject({ status: 400, param: 'max_tokens' });
    expect(await errorOf({ frobnicate: 1 })).toMatchObject({ status: 400, code: 'unknown_parameter' });
    expect(await errorOf({ messages: [] })).toMatchObject({ status: 400, param: 'messages' });
    expect(await errorOf({ messages: undefined })).toMatchObject({ code: 'missing_required_parameter' });
    expect(await errorOf({ messages: [{ role: 'robot', content: '' }] })).toMatchObject({
      status: 400,
      param: 'messages.0.role',
    });
    expect(await errorOf({ stream_options: { include_usage: true } })).toMatchObject({
      param: 'stream_options',
    });
    expect(await errorOf({ max_tokens: 5, max_completion_tokens: 5 })).toMatchObject({ status: 400 });
    for (const model of [
      'gpt-x',
      'swap-at=x',
      'swap-at=4:nobody',
      'vanilla+faults=fire',
      'vanilla+faults=429:0.6,500:0.6',
      'faulty+faults=429',
    ]) {
      expect(await errorOf({ model })).toMatchObject({ status: 404, code: 'model_not_found' });
    }
    const broken = await post(sandbox, {}, { body: '{"model":' });
    expect(broken.status).toBe(400);
    const big = await post(sandbox, { messages: [{ role: 'user', content: 'x'.repeat(1024 * 1024) }] });
    expect(big.status).toBe(413);
    expect((await fetch(`${sandbox.url}/v1/chat/completions`)).status).toBe(405);
    expect((await fetch(`${sandbox.url}/`)).status).toBe(404);
    expect(sandbox.requests()).toEqual(before);
  });

  it('keeps to max_tokens and stop', async () => {
    const cut = await complete(sandbox, { max_tokens: 12, temperature: 0 });
    const whole = await complete(sandbox, { temperature: 0 });
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(cut.usage.completion_tokens).toBe(12);
    const [short, long] = [cut, whole].map((c) => c.choices[0]!.message.content);
    expect(long!.startsWith(short!)).toBe(true);
    expect(long!.length).toBeGreaterThan(short!.length);
    const exact = await complete(sandbox, {
      max_completion_tokens: whole.usage.completion_tokens,
      temperature: 0,
    });
    expect(exact.choices[0]?.finish_reason).toBe('stop');
    const stopped = await complete(sandbox, { temperature: 0, stop: ['.'] });
    expect(stopped.choices[0]!.message.content).toBe(long!.slice(0, long!.indexOf('.')));
  });

  it('asks for the key when one was configured', async () => {
    const locked = await startSandbox({ apiKey: 'open-sesame' });
    try {
      expect((await post(locked)).status).toBe(401);
      expect((await post(locked, {}, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
      expect((await post(locked, {}, { headers: { authorization: 'Bearer open-sesame' } })).status).toBe(200);
    } finally {
      await locked.close();
    }
  });

  it('says so when the port is taken, and frees it on close', async () => {
    await expect(startSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: 'sandbox' });
    const first = await startSandbox();
    await first.close();
    await first.close();
    const second = await startSandbox({ port: first.port });
    await second.close();
  });
});

describe('faults', () => {
  it('429 carries Retry-After, 500 is a server error, garbage is HTML with status 200', async () => {
    const limited = await post(sandbox, { model: 'vanilla+faults=429' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await limited.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    const failed = await post(sandbox, { model: 'vanilla+faults=500:1' });
    expect(failed.status).toBe(500);
    expect(await failed.json()).toMatchObject({ error: { type: 'server_error' } });
    const garbage = await post(sandbox, { model: 'vanilla+faults=garbage', stream: true });
    expect([garbage.status, garbage.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await garbage.text()).toMatch(/^<!doctype html>/);
  });

  it('truncated breaks off in the middle of the answer', async () => {
    for (const stream of [true, false]) {
      const model = 'vanilla+faults=truncated';
      const response = await post(sandbox, { model, stream });
      expect(response.status).toBe(200);
      let received = '';
      const read = async (): Promise<void> => {
        for await (const chunk of response.body!) received += Buffer.from(chunk).toString('utf8');
      };
      await expect(read()).rejects.toThrow();
      expect(received.length).toBeGreaterThan(20);
      expect(received).not.toContain('"finish_reason":"stop"');
    }
  });

  it('slow says nothing until its client leaves, and does not hold up the end', async () => {
    let release = (): void => {};
    const left = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asleep = (_ms: number): void => {};
    const sleeping = new Promise<number>((resolve) => {
      asleep = resolve;
    });
    const slow = await startSandbox({
      clock: {
        now: () => 0,
        sleep: (ms, signal) => {
          asleep(ms);
          return new Promise((_, reject) => {
            signal?.addEventListener('abort', () => {
              release();
              reject(signal.reason);
            });
          });
        },
      },
    });
    const leave = new AbortController();
    const pending = post(slow, { model: 'vanilla+faults=slow' }, { signal: leave.signal });
    expect(await sleeping).toBeGreaterThanOrEqual(300_000);
    leave.abort();
    await expect(pending).rejects.toThrow();
    await left;
    const second = post(slow, { model: 'vanilla+faults=slow' });
    second.catch(() => {});
    await slow.close();
    await expect(second).rejects.toThrow();
  });

  it('hostile and huge answers are whole', async () => {
    const text = await ask(sandbox, 'vanilla+faults=hostile', PROMPTS[0]);
    expect(text).toContain('\u001b[31m');
    expect(text.isWellFormed()).toBe(false);
    const size = await new Promise<number>((resolve, reject) => {
      const body = JSON.stringify({
        model: 'vanilla+faults=huge',
        stream: true,
        messages: [{ role: 'user', content: 'Hi' }],
      });
      const sent = request(`${sandbox.url}/v1/chat/completions`, { method: 'POST' }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes));
        response.on('error', reject);
      });
      sent.end(body);
    });
    expect(size).toBeGreaterThan(50 * 1024 * 1024);
  });

  it('strikes at the given rates, and leaves the answers as they were', async () => {
    const model = 'vanilla+faults=429:0.3,500:0.1';
    const statuses: number[] = [];
    for (const prompt of prompts(400)) {
      const response = await post(sandbox, {
        model,
        max_tokens: 1,
        messages: [{ role: 'user', content: prompt }],
      });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    const count = (status: number): number => statuses.filter((s) => s === status).length;
    // Five standard deviations either way; the seed is fixed.
    expect(Math.abs(count(429) - 120)).toBeLessThan(46);
    expect(Math.abs(count(500) - 40)).toBeLessThan(30);
    expect(count(200) + count(429) + count(500)).toBe(400);
    expect(sandbox.requests()[model]).toBe(400);
  });
});
