import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { errorMessage, plainLine, sha256 } from '../../core/index.js';
import { type ReportedFile, renderComparisonReport } from '../../evidence/index.js';
import {
  type ComparisonResult,
  finishComparison,
  type OnProgress,
  prepareComparison,
} from '../../fingerprint/index.js';
import { type AnswerFile, readAnswers } from '../../probes/index.js';
import { exitCodes } from '../exit-codes.js';
import { withProgressBar } from '../progress-bar.js';
import { runOrders } from '../run-orders.js';
import { evidenceBar, type Terminal, verdictLabel } from '../terminal.js';

export interface CompareOptions {
  readonly listed: string;
  readonly released: string;
  readonly alpha: number;
  readonly json: boolean;
  /** Where the HTML report goes. */
  readonly html?: string;
}

/** Compares two files of recorded answers. Returns the exit code: 2 for a file that can't be read. */
export async function compareFiles(options: CompareOptions, out: Terminal, info: Terminal): Promise<number> {
  const listed = await read(options.listed, info);
  const released = await read(options.released, info);
  if (listed === null || released === null) return exitCodes.usage;
  const seed = sha256(`${listed.sha256}\n${released.sha256}`);
  const input = { listed: listed.records, released: released.records, seed, alpha: options.alpha };
  const result = await withProgressBar(info, '{percentage} % {stage}', async (onProgress) => {
    const stage =
      (name: string): OnProgress =>
      (done, total) =>
        onProgress(done, total, name);
    const comparison = prepareComparison(input, stage('features'));
    return finishComparison(comparison, await runOrders(comparison, stage('orders')));
  });
  if (options.html !== undefined) {
    const page = renderComparisonReport({
      result,
      listed: reported(options.listed, listed),
      released: reported(options.released, released),
    });
    writeFileSync(options.html, page);
  }
  if (options.json) {
    const malformedLines = { listed: listed.malformed, released: released.malformed };
    out.line(JSON.stringify({ ...result, malformedLines }, null, 2));
  } else {
    print(result, out);
    if (options.html !== undefined) out.line(`\nReport: ${plainLine(options.html)}`);
  }
  return exitCodes.ok;
}

/** The answers, with a word on every malformed line; null, and why, for a file that can't be read. */
async function read(path: string, info: Terminal): Promise<AnswerFile | null> {
  try {
    const file = await readAnswers(path);
    const { count, first } = file.malformed;
    for (const { line, reason } of first) info.line(`${plainLine(path)}:${line}: ${reason}`);
    if (count > 0)
      info.line(`${plainLine(path)}: ${count} malformed lines, ${file.records.length} answers read`);
    return file;
  } catch (error) {
    info.line(`${plainLine(path)} can't be read: ${errorMessage(error)}`);
    return null;
  }
}

function reported(path: string, file: AnswerFile): ReportedFile {
  const { sha256: hash, records, malformed } = file;
  return { name: basename(path), sha256: hash, answers: records.length, malformedLines: malformed.count };
}

function print(result: ComparisonResult, out: Terminal): void {
  const trials = `${result.trials} trials${result.severity === null ? '' : `, ${result.severity}`}`;
  out.line(`${verdictLabel(out, result.verdict)} ${evidenceBar(result, result.alpha)}  ${trials}`);
  out.line(plainLine(result.sentence, 1500));
  for (const finding of result.findings) {
    const { estimate, low, high } = finding.superiority;
    const figures = `${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
    out.line(
      `  ${finding.material ? '●' : '○'} ${plainLine(finding.sentence)}  ${out.paint('dim', figures)}`,
    );
  }
  if (result.words.length > 0) {
    const of = (side: 'listed' | 'released'): string =>
      result.words
        .filter((w) => w.side === side)
        .slice(0, 8)
        .map((w) => plainLine(w.word, 40))
        .join(', ') || 'none';
    out.line(`  words: listed ${of('listed')}; released ${of('released')}`);
  }
  out.line(out.paint('dim', plainLine(result.assumption, 1500)));
}
