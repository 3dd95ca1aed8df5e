import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress, type Resolve } from '../../src/alerts/channels/address-guard.js';
import { postJson } from '../../src/alerts/channels/post.js';
import type { SendResult } from '../../src/alerts/index.js';
import { systemClock } from '../../src/core/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { startWebhookSink, type WebhookSink } from '../_util/webhook-sink.js';

const newFolder = temporaryFolders();
let sink: WebhookSink;
let port: string;

beforeEach(async () => {
  sink = await startWebhookSink();
  port = new URL(sink.url).port;
});

afterEach(() => sink.close());

function post(url: string, options: { resolve?: Resolve; allow?: boolean } = {}): Promise<SendResult> {
  const request = { url, headers: {}, body: '{}', allowPrivateNetworks: options.allow ?? false, secrets: [] };
  return postJson(request, systemClock, new AbortController().signal, options.resolve);
}

const at =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('what is not a public address', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '127.0.0.1.',
    '127.0.0.01',
    '127.00.00.1',
    '0x7f.1',
    '１２７.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '①②⑦.0.0.1',
    '0',
    '0.0.0.0',
    '10.1.2.3',
    '0xa.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[fc00::1]',
    '[ff02::1]',
    '[2001:db8::1]',
  ])('http://%s is refused and not connected to', async (host) => {
    expect(await post(`http://${host}:${port}/`)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('allow_private_networks'),
    });
    expect(sink.received).toEqual([]);
  });

  it('is told from public ones', () => {
    const open = ['8.8.8.8', '100.63.255.255', '172.32.0.1', '192.0.1.1', '223.255.255.255'];
    const openV6 = ['2606:4700::1111', '2a00:1450::1', '64:ff9b::8.8.8.8', '64:ff9b::808:808'];
    for (const address of [...open, ...openV6]) expect(isPublicAddress(address), address).toBe(true);
    for (const odd of ['', 'example.org', '1.2.3', '127.1', '::ffff:8.8.8.8']) {
      expect(isPublicAddress(odd), odd).toBe(false);
    }
  });
});

describe('a name', () => {
  it('at an address that is not public, also as one of several, is refused', async () => {
    const places = [['127.0.0.1'], ['93.184.215.14', '10.0.0.1'], ['::1'], ['::ffff:10.0.0.1'], []];
    for (const addresses of places) {
      const result = await post(`http://hooks.example:${port}/`, { resolve: at(...addresses) });
      expect(result, addresses.join()).toMatchObject({ kind: 'rejected' });
    }
    expect(await post(`http://LOCALHOST:${port}/`)).toMatchObject({ kind: 'rejected' });
    // Not every resolver knows this one.
    expect((await post(`http://localhost.:${port}/`)).kind).not.toBe('sent');
    expect(sink.received).toEqual([]);
  });

  it('is resolved once: a second answer of the name server leads nowhere', async () => {
    let asked = 0;
    const rebinding: Resolve = async () => {
      asked += 1;
      return asked === 1
        ? [{ address: '127.0.0.1', family: 4 }]
        : [{ address: '169.254.169.254', family: 4 }];
    };
    const result = await post(`http://hooks.example:${port}/`, { resolve: rebinding, allow: true });
    expect(result).toMatchObject({ kind: 'sent' });
    expect(asked).toBe(1);
    expect(sink.received[0]?.headers.host).toBe(`hooks.example:${port}`);
  });

  it('that a redirect names is not gone to', async () => {
    const inner = await startWebhookSink();
    const outer = await startWebhookSink((response) =>
      response.writeHead(307, { location: inner.url }).end(),
    );
    try {
      const result = await post(outer.url, { allow: true });
      expect(result).toEqual({ kind: 'rejected', reason: 'HTTP 307: redirects are not followed' });
      expect(inner.received).toEqual([]);
    } finally {
      inner.close();
      outer.close();
    }
  });

  it('is what TLS is asked for and checked against', async () => {
    const folder = newFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=hooks.example', '-days', '2'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    let asked: string | null = null;
    const server = createTlsServer({
      key: readFileSync(key),
      cert: readFileSync(cert),
      SNICallback: (name, done) => {
        asked = name;
        done(null);
      },
    });
    server.on('tlsClientError', () => undefined);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port: tlsPort } = server.address() as AddressInfo;
    const result = await post(`https://hooks.example:${tlsPort}/`, { resolve: at('127.0.0.1'), allow: true });
    server.close();
    expect(asked).toBe('hooks.example');
    expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining('self-signed') });
  });

  it('holds no user name or password, and the refusal quotes neither', async () => {
    const result = await post(`http://user:hunter2@127.0.0.1:${port}/`, { allow: true });
    expect(result.kind).toBe('rejected');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
