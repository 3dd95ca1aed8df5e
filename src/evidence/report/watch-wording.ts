import { oneIn } from '../../fingerprint/index.js';
import type { DeclaredField } from '../../store/index.js';
import { formatNumber, formatOdds, log10 } from './figures.js';
import type { LogAnchor, WatchReportInput } from './watch-report-input.js';

/** What `different` and `equivalent` rest on. */
export const CONDITIONS: string =
  'This holds as long as every answer was drawn afresh, failed calls did not depend on what was being said, ' +
  'and the way the answers were fetched left no trace in them.';

/** What `different` means where the transport is not excluded. */
export const TRANSPORT_NOTE: string =
  'The two sides are read in different ways, and no known model has passed through both unnoticed yet: the way ' +
  'of reading alone may be what tells the answers apart.';

/** What no verdict of a watch says. */
export const NOT_SHOWN: readonly string[] = [
  'Why answers differ. Weights, system prompt, decoding settings, routing and post-processing can each be the cause, and arenas let vendors choose some of them.',
  'That anybody did anything wrong. Distinguishable answers are not an accusation.',
  'Anything about other prompts, other settings or other times than those named above.',
  'Who wrote the answers. The operator’s own log can’t prove that; witnesses of the log and independent repetition can.',
];

const voidReasons: Readonly<Record<string, string>> = {
  'rate-limited': 'turned away for asking too often',
  unreachable: 'not reached',
  'http-error': 'answered with an error',
  timeout: 'took too long',
  disconnected: 'broke off',
  malformed: 'answered in a form that can’t be read',
  'too-large': 'answered too much',
  empty: 'answered without text',
  'cut-short': 'cut off before the length that is compared',
  refused: 'withheld by the provider’s filter',
  'other-provider': 'answered by another provider than the watch means',
  'not-recorded': 'no recorded answer was left',
  challenge: 'a page that only a person may deal with',
  'over-budget': 'the budget was used up',
  'window-closed': 'not both sides answered within the time for one trial',
  stopped: 'the program was stopped in the middle',
  interrupted: 'the program stopped in the middle',
  superseded: 'a new epoch began in the middle',
};

/** What a side says of itself. */
export const declaredNames: Readonly<Record<DeclaredField, string>> = {
  model: 'model',
  systemFingerprint: 'system fingerprint',
  provider: 'provider',
};

/** Void trials with their reasons: "3: took too long (2), not reached (1)". */
export function voidWording(voids: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(voids).sort(([, a], [, b]) => b - a);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return 'none';
  const words = reasons.map(([reason, count]) => `${voidReason(reason)} (${formatNumber(count)})`);
  return `${formatNumber(total)}: ${words.join(', ')}`;
}

/** Why a trial is void, for people. */
export function voidReason(reason: string): string {
  return voidReasons[reason] ?? reason;
}

/** The verdict in a sentence. The engine's own speaks of trials, of which there may be none. */
export function verdictSentence({ report }: WatchReportInput): string {
  if (report.trials > 0 || report.verdict !== 'undecided') return report.sentence;
  return 'Nothing can be said yet: no trial is complete.';
}

/** How sure the verdict is, in words that need no statistics. */
export function howSure({ report, engine, transport }: WatchReportInput): string[] {
  const asked = oneIn(report.alpha);
  const stands = `The evidence against “both sides are the same” stands at ${formatOdds(report.log10E)} to 1 after ${plural(report.trials, 'trial')}`;
  const neverLater = `If both sides were the same, at most 1 in ${asked} such watches would ever raise an alarm, however long they run and however often one looks.`;
  switch (report.verdict) {
    case 'different':
      return [
        `${strength(Math.max(report.log10E, -log10(report.alpha)))}. It passed ${asked} to 1 at trial ${formatNumber(report.alarmAtTrial ?? 0)}. ${stands}. ${neverLater}`,
        transportWording(transport),
      ];
    case 'equivalent':
      return [
        `If any of these habits differed by more than the margin of ±${engine.equivalenceMargin}, a watch would say this in at most 1 in ${oneIn(engine.confidenceAlpha)} cases. Smaller differences, and differences in what is not measured, may be there.`,
        `${stands}; ${asked} to 1 would be an alarm.`,
        CONDITIONS,
      ];
    case 'undecided':
      return [
        `Nothing is decided. ${stands}; ${asked} to 1 is asked for. That is not “no change”: a difference may be there that is not proven yet, and sameness is not proven either.`,
        neverLater,
      ];
    case 'unreadable':
      return [
        'Nothing is claimed about the answers, neither that they differ nor that they are the same. Too many answers are missing, and missing answers can make two sides look different, or alike.',
      ];
  }
}

function transportWording(transport: WatchReportInput['transport']): string {
  if (transport === 'not-excluded') return `${CONDITIONS} The last is not shown here. ${TRANSPORT_NOTE}`;
  if (transport !== 'untold') return CONDITIONS;
  return `${CONDITIONS} The last is not shown here: the two sides are read in different ways, and whether a known model passes through both unnoticed is no part of this evidence.`;
}

/** What keeps the verdict from being news: paused, texts gone, no trial yet. */
export function standing({ pause, report, activity, cut }: WatchReportInput): string[] {
  const notes: string[] = [];
  if (pause !== null) {
    const until = pause.resumes_at === null ? 'until someone raises it' : `until ${utc(pause.resumes_at)}`;
    notes.push(
      `Paused since ${utc(pause.since)}: the ${pause.side} side’s budget (${pause.budget}) has no room for another trial, ${until}. While a watch waits it learns nothing, which is not “no change”.`,
    );
  }
  if (cut !== null) {
    const verdict =
      cut.logged === null ? 'no verdict' : `“${cut.logged.to}”, after trial ${formatNumber(cut.logged.seq)}`;
    notes.push(
      `Texts of trial ${formatNumber(cut.seq + 1)} were removed, as the log says, so this report goes no further than trial ${formatNumber(cut.seq)}. The newest verdict in the log is ${verdict}; without the texts it can’t be computed again.`,
    );
  } else if (report.trials === 0) {
    notes.push(
      activity.firstAt === null
        ? 'No trial has been run in this epoch. That is not “no change”.'
        : 'No trial of this epoch is complete. That is not “no change”.',
    );
  }
  return notes;
}

/** How a reader can check the report. */
export function howToVerify(log: LogAnchor, definitionHash: string): string[] {
  const signed = log.checkpoint
    ? `The newest signed head of the log, below, covers ${formatNumber(log.checkpoint.size)} entries. Keep it: whoever has it can tell later whether the log was rewritten.`
    : 'No head of the log was signed yet. Keep the hash above: whoever has it can tell later whether the log was rewritten.';
  return [
    `Every plan, the hash of every answer and every verdict stand in the operator’s evidence log. It had ${formatNumber(log.entries)} entries when this report was made; the newest has the SHA-256 ${log.hash}.`,
    `What is compared and how was logged before the first question, with the SHA-256 ${definitionHash}. Each round’s prompts were fixed, and their hash logged, before they were sent.`,
    signed,
    'The operator can hand out everything that a check needs (“twinwatch evidence export”), and anyone can check it: “twinwatch evidence verify FILE --trust KEY” goes from the answers to this verdict without network, and names the first thing that is wrong.',
    'Best of all, ask the same questions with keys of your own: a second watch of the same claim owes nothing to this one.',
  ];
}

/** A line to quote the report with. */
export function citation(input: WatchReportInput): string {
  const { watch, sides, report, epoch, log, madeAt, activity } = input;
  const time =
    activity.firstAt === null
      ? 'no trial yet'
      : `${plural(report.trials, 'trial')} from ${utc(activity.firstAt)} to ${utc(activity.lastAt ?? madeAt)}`;
  return `Twinwatch, watch “${watch.title}” (${watch.id}), epoch ${epoch}: ${sides.listed.model} (${sides.listed.place}) against ${sides.released.model} (${sides.released.place}), ${report.verdict}, ${time}. Evidence log entry ${log.entries - 1}, SHA-256 ${log.hash}. Report of ${utc(madeAt)}.`;
}

/** "2026-05-04 10:20 UTC". */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "2026-05-04 10:20:07 UTC". */
export function utcSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function plural(n: number, noun: string, several: string = `${noun}s`): string {
  return `${formatNumber(n)} ${n === 1 ? noun : several}`;
}

/** How strong evidence is, in words. */
export function strength(log10E: number): string {
  if (log10E >= 6) return 'Very strong evidence';
  return log10E >= 3 ? 'Strong evidence' : 'Moderate evidence';
}
