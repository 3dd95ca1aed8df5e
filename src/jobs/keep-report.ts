import { canonicalJson, type Json } from '../core/index.js';
import { MOST_EXCERPTS, withMarks } from '../evidence/index.js';
import { exampleKey, type FindingExample, type Report } from '../fingerprint/index.js';
import { findWatchReport, replaceWatchReport, saveWatchReport, type Tx } from '../store/index.js';

/** Keeps what the engine says of a watch's epoch, so that whoever shows it need not fold anything. */
export async function keepReport(
  tx: Tx,
  watchId: string,
  epoch: number,
  report: Report,
  at: number,
): Promise<void> {
  const { eValue } = report;
  const findings = withMarks(report.findings, MOST_EXCERPTS);
  const kept = { ...report, findings, eValue: Number.isFinite(eValue) ? eValue : null };
  await saveWatchReport(
    tx,
    {
      watch_id: watchId,
      epoch,
      verdict: report.verdict,
      severity: report.severity,
      log10_e: report.log10E,
      level: report.alpha,
      trials: report.trials,
      void_trials: report.voidTrials,
      at,
    },
    { watch_id: watchId, epoch, report: canonicalJson(kept as unknown as Json), at },
  );
}

/** Takes these excerpts out of what is kept of an epoch's report. */
export async function forgetExcerpts(
  tx: Tx,
  watchId: string,
  epoch: number,
  gone: readonly FindingExample[],
): Promise<void> {
  const row = await findWatchReport(tx, watchId, epoch);
  if (row === null) return;
  const keys = new Set(gone.map(exampleKey));
  const report = JSON.parse(row.report) as Report;
  const findings = report.findings.map((finding) => ({
    ...finding,
    examples: finding.examples.filter((example) => !keys.has(exampleKey(example))),
  }));
  await replaceWatchReport(tx, { ...row, report: canonicalJson({ ...report, findings } as unknown as Json) });
}
