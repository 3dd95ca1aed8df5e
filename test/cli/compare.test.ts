import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOrders } from '../../src/cli/run-orders.js';
import { type AnswerRecord, prepareComparison } from '../../src/fingerprint/index.js';
import { readAnswers } from '../../src/probes/read-answers.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';

const newFolder = temporaryFolders();
let folder: string;

beforeAll(() => {
  folder = newFolder();
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function line(i: number, response: string): string {
  return JSON.stringify({ prompt_id: `p${i}`, prompt: `Question ${i}`, response });
}

const numbers = Array.from({ length: 40 }, (_, i) => i);
const listedLines = numbers.map((i) =>
  line(i, `Wow, what a fantastic question ${i}! 🎉\n\n- **Look** closely!`),
);
const releasedLines = numbers.map((i) => line(i, `It is ${i}. Look at it closely.`));

describe('reading answers', () => {
  it('reads the same from a plain and a packed file, lines of any size included', async () => {
    const text = `\ufeff${listedLines.join('\r\n')}\n\n${line(99, 'x'.repeat(300_000))}`;
    const plain = await readAnswers(file('a.jsonl', text));
    const packed = await readAnswers(file('a.jsonl.gz', gzipSync(text)));
    expect(plain.records).toHaveLength(41);
    expect(plain.malformed.count).toBe(0);
    expect(packed.records).toEqual(plain.records);
    expect(packed.sha256).not.toBe(plain.sha256);
  });

  it('names malformed lines by number, counts the rest, and reads on', async () => {
    const bad = [
      '{"prompt_id":',
      '[]',
      line(1, 'x'.repeat(5 * 1024 * 1024)),
      '{"prompt_id":"a","prompt":"b"}',
    ];
    const many = Array.from({ length: 20 }, () => 'no');
    const bytes = Buffer.concat([
      Buffer.from(`${line(0, 'first')}\n${bad.join('\n')}\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(`${many.join('\n')}\n${line(2, 'last')}`),
    ]);
    const { records, malformed } = await readAnswers(file('bad.jsonl', bytes));
    expect(records.map((r) => r.response)).toEqual(['first', 'last']);
    expect(malformed.count).toBe(25);
    expect(malformed.first.map((m) => m.line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(malformed.first[2]?.reason).toContain('longer than');
    expect(malformed.first[3]?.reason).toContain('response');
  });
});

describe('the orders', () => {
  it('give the same bits in one thread and in three', async () => {
    const records = (lines: readonly string[]): AnswerRecord[] => lines.map((text) => JSON.parse(text));
    const comparison = prepareComparison({
      listed: records(listedLines),
      released: records(releasedLines),
      seed: 'threads',
      orders: 7,
      permutations: 9,
    });
    // Threads run compiled code, which `npm test` builds first.
    const script = new URL('../../dist/cli/order-worker.js', import.meta.url);
    expect(existsSync(script)).toBe(true);
    const progress: number[] = [];
    const one = await runOrders(comparison, () => undefined, { count: 1, script });
    const three = await runOrders(comparison, (done, total) => progress.push(done / total), {
      count: 3,
      script,
    });
    expect(three.map((o) => o.order)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(three).toEqual(one);
    expect(progress).toHaveLength(7);
    expect(progress.at(-1)).toBe(1);
  });

  it('fail when a thread fails', async () => {
    const comparison = prepareComparison({ listed: [], released: [], seed: 'x', orders: 2 });
    const script = pathToFileURL(file('broken.mjs', 'throw new Error("thread broke")'));
    await expect(runOrders(comparison, () => undefined, { count: 2, script })).rejects.toThrow(
      'thread broke',
    );
  });
});

async function compared(listed: string, released: string, ...more: readonly string[]): Promise<Ran> {
  return await ran('compare', '--listed', listed, '--released', released, ...more);
}

describe('twinwatch compare', () => {
  it('prints JSON, writes the report, and names what it left out', async () => {
    const listed = file('l.jsonl.gz', gzipSync(listedLines.join('\n')));
    const others = [...releasedLines, line(77, 'alone'), 'broken \u001b[2J'];
    const released = file('r.jsonl', others.join('\n'));
    const html = join(folder, 'report.html');
    const { code, stdout, stderr } = await compared(listed, released, '--json', '--html', html);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      verdict: 'different',
      trials: 40,
      voidTrials: 0,
      limitTrials: 10,
      unpaired: 1,
      malformedLines: { listed: { count: 0 }, released: { count: 1, first: [{ line: 42 }] } },
    });
    expect(result.log10E).toBeGreaterThanOrEqual(3);
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result).toHaveProperty('fixedSample.features');
    expect(result).toHaveProperty('words');
    expect(stderr).toMatch(/r\.jsonl:42: /);
    expect(stderr).not.toContain('\u001b');
    expect(readFileSync(html, 'utf8')).toContain('The answers can be told apart');
  });

  it('tells people the verdict and what it takes for granted', async () => {
    const same = file('same.jsonl', releasedLines.join('\n'));
    const { code, stdout } = await compared(same, same, '--alpha', '0.01');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^= equivalent .* of 100 {2}/);
    expect(stdout).toContain('assumed here, not arranged');
  });

  it('returns 2 for a file that is absent or not what its name says', async () => {
    const good = file('good.jsonl', releasedLines.join('\n'));
    for (const bad of [join(folder, 'absent.jsonl'), file('fake.jsonl.gz', 'not packed'), folder]) {
      const found = await compared(bad, good, '--json');
      expect(found).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("can't be read") });
    }
  });
});
