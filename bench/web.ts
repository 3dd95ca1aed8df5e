/**
 * How fast pages come out of a large store: `npm run bench:web`. The page as it was built is served by a process of its
 * own; this one asks it for so many pages a second, whether it keeps up or not, and counts from when each was due.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../src/core/index.js';
import { ANSWERS_EACH, manyWatches } from './_util/many-watches.js';
import { quantile } from './_util/quantile.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const PER_SECOND = 200;
const ASKED_MS = 20;
const random = seededRandom('bench:web');

const pages = {
  overview: () => '/',
  'watch page': (watches: number) => `/watches/w${random.below(watches)}`,
  'watch as JSON': (watches: number) => `/watches/w${random.below(watches)}.json`,
} as const;
type Page = keyof typeof pages;

async function measure(watches: number, seconds: number, isAsked: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'twinwatch-bench-'));
  let server: ChildProcess | null = null;
  try {
    const file = await manyWatches(folder, watches);
    // Each request comes from an address of its own: nobody asks for so many pages.
    appendFileSync(file, '\nweb: { port: 0, trust_proxy: true }\n');
    server = spawn(process.execPath, [main, 'serve', '-c', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, TWINWATCH_LOG_LEVEL: 'error' },
    });
    const address = await addressOf(server);
    const figures: Figure[] = [];
    const answers = (watches * ANSWERS_EACH).toLocaleString('en-US');
    for (const page of Object.keys(pages) as Page[]) {
      const times = await load(address, () => pages[page](watches), seconds);
      const name = `${page}, ${answers} answers`;
      const p95 = quantile(times, 0.95);
      const isHeld = isAsked && page !== 'watch as JSON';
      figures.push(reported(`${name}: p50`, quantile(times, 0.5), 'ms'));
      figures.push(
        isHeld ? atMost(`${name}: p95`, p95, 'ms', ASKED_MS) : reported(`${name}: p95`, p95, 'ms'),
      );
    }
    return figures;
  } finally {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addressOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /http:\/\/\S+\d/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  const [code] = (await once(server, 'exit')) as [number];
  throw new Error(`the server ended with ${code}: is the program built?`);
}

/** Milliseconds from when each request was due to its last byte. @throws Error for any answer but 200 */
async function load(address: string, path: () => string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const run = async (count: number): Promise<number[]> => {
    const start = performance.now();
    return await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const due = start + (1000 * i) / PER_SECOND;
        await delay(due - performance.now());
        await ask(address + path(), agent);
        return performance.now() - due;
      }),
    );
  };
  await run(PER_SECOND);
  const times = await run(PER_SECOND * seconds);
  agent.destroy();
  return times;
}

function ask(url: string, agent: Agent): Promise<void> {
  const client = `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'x-forwarded-for': client } }, (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${url}: status ${answer.statusCode}`)),
      );
    }).once('error', reject);
  });
}

const { json, quick } = benchFlags();
const sizes = quick ? [10, 100] : [10, 100, 1000];
const figures: Figure[] = [];
for (const watches of sizes)
  figures.push(...(await measure(watches, quick ? 5 : 20, watches === sizes.at(-1))));
printFigures('web', figures, json);
