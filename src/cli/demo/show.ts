import { renderSideBySide } from '../../alerts/index.js';
import type { WatchStatus } from '../../app/index.js';
import { plainLine } from '../../core/index.js';
import type { Report, Verdict } from '../../fingerprint/index.js';
import { evidenceBar, type Terminal, verdictLabel } from '../terminal.js';
import { pairs } from './pairs.js';

/** What `demo --json` prints. */
export interface DemoSummary {
  readonly seed: string;
  readonly simulated: true;
  readonly asExpected: boolean;
  readonly watches: readonly DemoRow[];
}

/** The part of a watch's status that tells the pair's story, beside the verdicts that would be true. */
interface DemoRow
  extends Pick<
    WatchStatus,
    | 'id'
    | 'verdict'
    | 'severity'
    | 'eValue'
    | 'log10E'
    | 'alpha'
    | 'level'
    | 'trials'
    | 'voidTrials'
    | 'alarmAtTrial'
    | 'findings'
  > {
  readonly expected: readonly Verdict[];
}

const DIFFS = 3;
const DIFF_LINES = 12;

export function showIntroduction(info: Terminal, url: string, seed: string): void {
  info.line(info.paint('bold', 'Twinwatch demo'));
  info.line(`Four pairs of simulated models (no real ones) on ${url}, seed ${plainLine(seed)}.`);
  info.line('Each round asks both sides the same prompts. Evidence grows when the two can be told apart;');
  info.line(
    'an alert goes out when it reaches 1,645. For the same model that ever happens in one of 1,645 watches.',
  );
  info.line();
}

/** Shows what an alert rests on: its findings, and answers to the same prompts side by side. */
export function showAlert(info: Terminal, report: Report): void {
  info.line();
  info.line(plainLine(report.sentence, 800));
  for (const finding of report.findings.slice(0, 6)) info.line(`  – ${plainLine(finding.sentence)}`);
  const examples = new Map(
    report.findings.flatMap((f) => f.examples).map((example) => [example.prompt, example]),
  );
  for (const example of [...examples.values()].slice(0, DIFFS)) {
    info.line();
    info.line(info.paint('bold', plainLine(example.prompt, info.width)));
    const lines = renderSideBySide(example.listed, example.released, info.width, info.isTty);
    for (const line of lines.slice(0, DIFF_LINES)) info.line(line);
    if (lines.length > DIFF_LINES) info.line(info.paint('dim', `… ${lines.length - DIFF_LINES} more lines`));
  }
  info.line();
}

export function summaryOf(rows: readonly WatchStatus[], seed: string): DemoSummary {
  const watches = pairs.flatMap(({ id, expected }) => {
    const row = rows.find((candidate) => candidate.id === id);
    if (!row) return [];
    const { verdict, severity, eValue, log10E, alpha, level, trials, voidTrials, alarmAtTrial, findings } =
      row;
    return [
      {
        id,
        expected,
        verdict,
        severity,
        eValue,
        log10E,
        alpha,
        level,
        trials,
        voidTrials,
        alarmAtTrial,
        findings,
      },
    ];
  });
  const asExpected =
    watches.length === pairs.length && watches.every((row) => row.expected.includes(row.verdict));
  return { seed, simulated: true, asExpected, watches };
}

export function showSummary(info: Terminal, summary: DemoSummary): void {
  info.line();
  info.line(info.paint('bold', 'What the four pairs showed'));
  for (const row of summary.watches) {
    const title = pairs.find(({ id }) => id === row.id)?.title ?? row.id;
    const alarm = row.alarmAtTrial === null ? '' : `, alarm at trial ${row.alarmAtTrial}`;
    const trials = `${row.trials} trials, ${row.voidTrials} void${alarm}`;
    info.line(
      `${verdictLabel(info, row.verdict)} ${title.padEnd(32)} ${evidenceBar(row, row.level)}  ${trials}`,
    );
  }
  info.line();
  info.line(
    summary.asExpected
      ? 'Every verdict is the true one. Next: twinwatch init, to watch real endpoints.'
      : 'Not every verdict is the true one: see above.',
  );
}
