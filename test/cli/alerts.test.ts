import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { startWebhookSink, type WebhookSink } from '../_util/webhook-sink.js';

const newFolder = temporaryFolders();
let sink: WebhookSink;
let down: WebhookSink;

beforeEach(async () => {
  sink = await startWebhookSink();
  down = await startWebhookSink((response) => response.writeHead(503).end());
  vi.stubEnv('SLACK_URL', sink.url);
  vi.stubEnv('DOWN_URL', down.url);
  vi.stubEnv('HOOK', `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  sink.close();
  down.close();
});

function watchFile(alerts: readonly object[]): string {
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  return writeWatchFile(newFolder(), [
    { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *', alerts },
  ]);
}

const open = { allow_private_networks: true };

it('sends a marked test message to every target and reports each', async () => {
  const config = watchFile([
    { kind: 'console' },
    { kind: 'slack', url_env: 'SLACK_URL', ...open },
    { kind: 'webhook', url: sink.url, secret_env: 'HOOK', ...open },
  ]);
  const { code, stdout } = await ran('alerts', 'test', 'pair', '-c', config);
  expect(code).toBe(0);
  expect(stdout).toMatch(/ALERT test-\S+ .*TEST, please ignore: pair/);
  expect(stdout).toContain('sent    slack SLACK_URL: HTTP 204');
  expect(sink.received).toHaveLength(2);
  const hook = sink.received.find(({ headers }) => headers['webhook-id'] !== undefined);
  expect(JSON.parse(hook?.body ?? '')).toMatchObject({ type: 'incident.test', data: { verdict: null } });
  expect(stdout).not.toContain('/hook');
});

it('says which targets fail, and fails then', async () => {
  const config = watchFile([
    { kind: 'discord', url_env: 'DOWN_URL', ...open },
    { kind: 'slack', url_env: 'SLACK_URL' },
  ]);
  const { code, stdout } = await ran('alerts', 'test', 'pair', '--json', '-c', config);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    watch: 'pair',
    results: [
      { target: 'discord DOWN_URL', isSent: false, detail: 'HTTP 503' },
      { target: 'slack SLACK_URL', isSent: false, detail: expect.stringContaining('allow_private_networks') },
    ],
  });
  expect(sink.received).toHaveLength(0);
  expect((await ran('alerts', 'test', 'nobody', '-c', config)).code).toBe(2);
});
