import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serve } from './_serve.js';

/** Sends bytes as they are and resolves with all that comes back until the server ends the connection. */
function raw(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(url, init);
  await response.text();
  return response.status;
}

describe('headers', () => {
  it('every answer forbids scripts, frames, sniffing and foreign styles, and sets no cookie', async () => {
    const address = await serve({ config: { publicUrl: 'https://watch.example.org' } });
    for (const path of ['/robots.txt', '/no-such-page', '/%zz']) {
      const { headers } = await fetch(`${address}${path}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|script-src|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      for (const name of ['set-cookie', 'server', 'x-powered-by']) expect(headers.get(name)).toBeNull();
    }
    expect((await fetch(`${address}/robots.txt`)).headers.get('strict-transport-security')).toContain(
      'max-age=31536000',
    );
  });

  it('the stylesheet can be kept for good, and a page names the one that there is', async () => {
    const address = await serve();
    const page = await (await fetch(`${address}/no-such-page`)).text();
    const [, path] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? [];
    const style = await fetch(`${address}${path}`);
    expect(style.status).toBe(200);
    expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await style.text()).not.toMatch(/url\(|@import/);
    const known = { 'if-none-match': style.headers.get('etag') ?? '' };
    expect(await statusOf(`${address}${path}`, { headers: known })).toBe(304);
  });
});

describe('failures', () => {
  it('are pages for people and problem+json for programs, without a stack', async () => {
    const address = await serve();
    const forPeople = await fetch(`${address}/no-such-page`);
    expect(forPeople.status).toBe(404);
    expect(forPeople.headers.get('content-type')).toContain('text/html');
    const asked = [
      [`${address}/api/v1/nothing`, {}],
      [`${address}/nothing.json`, {}],
      [`${address}/no-such-page`, { accept: 'application/json' }],
    ] as const;
    for (const [url, headers] of asked) {
      const response = await fetch(url, { headers });
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await response.json()).toMatchObject({ type: 'about:blank', status: 404 });
    }
  });

  it('a known address refuses other methods with 405 and says which it has', async () => {
    const address = await serve();
    for (const method of ['POST', 'DELETE', 'PUT']) {
      const response = await fetch(`${address}/robots.txt`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('paths with dots, encoded slashes and NULs reach no file', async () => {
    const address = await serve();
    const paths = ['/../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/style-%00.css'];
    for (const path of paths) {
      const answer = await raw(address, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(answer).not.toContain('"dependencies"');
    }
  });
});

describe('limits', () => {
  it('a body of 100 MB is refused before it is sent', async () => {
    const address = await serve();
    const answer = await raw(
      address,
      `POST /no-such-page HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{"a":`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `${(70_000).toString(16)}\r\n${' '.repeat(70_000)}`;
    const untold = `POST /no-such-page HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`;
    expect(await raw(address, untold)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('an address that asks too often gets 429; one proxy in front may name the client, a client itself may not', async () => {
    const limits = { requestsPerMinute: 2 };
    const asked = async (address: string, forwarded: string): Promise<number> =>
      await statusOf(`${address}/robots.txt`, { headers: { 'x-forwarded-for': forwarded } });
    const direct = await serve({ limits });
    const behind = await serve({ limits, config: { trustProxy: true } });
    const seen = { direct: [] as number[], behind: [] as number[], forged: [] as number[] };
    for (const n of [1, 2, 3]) {
      seen.direct.push(await asked(direct, `192.0.2.${n}`));
      seen.behind.push(await asked(behind, `198.51.100.${n}`));
      seen.forged.push(await asked(behind, `192.0.2.${n}, 203.0.113.7`));
    }
    expect(seen).toEqual({ direct: [200, 200, 429], behind: [200, 200, 200], forged: [200, 200, 429] });
  });

  it('a client that sends its headers or its body too slowly loses the connection', async () => {
    const limits = { headersMs: 50, requestMs: 60, checkEveryMs: 10 };
    const address = await serve({ limits });
    expect(await raw(address, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 |^$/);
    const body =
      'POST /no-such-page HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{';
    expect(await raw(address, body)).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  it('headers that are too large, split or ambiguous are refused', async () => {
    const address = await serve();
    const head = 'GET /robots.txt HTTP/1.1\r\nHost: x\r\n';
    expect(await raw(address, `${head}X-Big: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    const smuggled = [
      `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
      `${head}X-Bare: a\nInjected: b\r\n\r\n`,
      `${head}X-Space : a\r\n\r\n`,
    ];
    for (const bytes of smuggled) expect(await raw(address, bytes)).toMatch(/^HTTP\/1\.1 400 /);
    const injected = await raw(
      address,
      `GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(injected).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(injected).not.toMatch(/^set-cookie:/im);
  });

  it('a port that is taken gives one clear line', async () => {
    const { port } = new URL(await serve());
    await expect(serve({ config: { port: Number(port) } })).rejects.toThrow(
      `the web page can't be served on 127.0.0.1 port ${port}: another program listens there`,
    );
  });
});
