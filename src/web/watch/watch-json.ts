import type { FindingExample } from '../../fingerprint/index.js';
import type { ListedWatch } from '../standing.js';
import { isoTime } from '../time.js';
import type { ShownWatch } from './watch-input.js';

function plainExample({ promptId, prompt, listed, released }: FindingExample): FindingExample {
  return { promptId, prompt, listed, released };
}

/** A watch for programs. Times are ISO 8601; what stands on its page, stands here. */
export function watchJson(
  { current, input, reportedAt }: ShownWatch,
  { confirmed }: Pick<ListedWatch, 'confirmed'>,
  origin: string,
): string {
  const { watch, report, log, activity, pause } = input;
  return JSON.stringify({
    ...watch,
    url: `${origin}/watches/${watch.id}`,
    epoch: input.epoch,
    epochStartedAt: isoTime(input.epochStartedAt),
    definitionHash: input.definitionHash,
    sides: input.sides,
    suites: input.suites,
    releasedPerTrial: input.releasedPerTrial,
    alpha: input.alpha,
    level: report.alpha,
    verdict: reportedAt === null ? null : report.verdict,
    confirmed,
    severity: report.severity,
    transport: input.transport,
    sentence: report.sentence,
    log10E: report.log10E,
    trials: report.trials,
    voidTrials: report.voidTrials,
    voids: report.voids,
    alarmAtTrial: report.alarmAtTrial,
    trialsStillNeeded: report.trialsStillNeeded,
    findings: report.findings.map(({ examples, ...finding }) => ({
      ...finding,
      examples: examples.map(plainExample),
    })),
    words: report.words,
    // Pairs of trial and log10 of the e-value after it; evenly spread where there are many.
    curve: input.curve.flatMap((log10E, i) => [[i + 1, log10E]]),
    declared: input.declared.map(({ at, ...change }) => ({ ...change, at: isoTime(at) })),
    rounds: activity.rounds,
    firstTrialAt: isoTime(activity.firstAt),
    lastTrialAt: isoTime(activity.lastAt),
    nextRoundAt: isoTime(current.watch.next_due_at),
    pausedSince: isoTime(pause?.since ?? null),
    incident: input.incident && { id: input.incident.id, openedAt: isoTime(input.incident.opened_at) },
    log: { entries: log.entries, hash: log.hash, checkpoint: log.checkpoint?.note ?? null },
    reportedAt: isoTime(reportedAt),
  });
}
