import { programVersion } from '../../core/index.js';
import {
  type ReportedDeclaration,
  renderWatchReport,
  reportedDefinition,
  reportedPair,
  type WatchReportInput,
} from '../report/index.js';
import type { CheckedAnswers } from './check-answers.js';
import { atEntry } from './errors.js';
import type { LogChain } from './log-chain.js';
import type { DatedStatement } from './statements.js';
import type { LoggedWatch } from './watch-log.js';

/** What was checked of a bundle. */
type Checked = CheckedAnswers & { readonly said: readonly DatedStatement[] };

/**
 * `report.html`: made of nothing but what was checked of a bundle, so that anyone who has the rest can make it again to
 * the same bytes. @throws BundleProblem naming the definition's entry when that is none
 */
export function reportText(watch: LoggedWatch, chain: LogChain, note: string, checked: Checked): string {
  return atEntry(null, () => renderWatchReport(reportInput(watch, chain, note, checked)));
}

function reportInput(
  watch: LoggedWatch,
  chain: LogChain,
  note: string,
  { replayed, newest, said }: Checked,
): WatchReportInput {
  const [size, { hash, at }] = [chain.size(), chain.newest()];
  const key = chain.keys().at(-1)?.verifier.text ?? '';
  const definition = reportedDefinition(watch.definition.text);
  const { listed, released } = definition.sides;
  return {
    ...definition,
    watch: {
      id: watch.watch,
      title: watch.title ?? watch.watch,
      claim: watch.claim ?? `The listed model ${listed.model} is the released model ${released.model}.`,
    },
    epoch: watch.epoch,
    epochStartedAt: watch.startedAt,
    definitionHash: watch.definition.hash,
    engine: watch.engine.read,
    report: replayed.report,
    curve: replayed.curve,
    activity: activityOf(watch),
    declared: declaredOf(watch, replayed.complete),
    newest: newest.map(({ promptId, prompt, listed: said, released: [first = ''] }) =>
      reportedPair({ promptId, prompt, listed: said, released: first }),
    ),
    pause: null,
    incident: watch.incident && { id: watch.incident.id, opened_at: watch.incident.openedAt },
    statements: said,
    cut: replayed.seq < watch.trials ? { seq: replayed.seq, logged: watch.verdicts.at(-1) ?? null } : null,
    log: { entries: size, hash, checkpoint: { size, note, key } },
    madeAt: at,
    program: programVersion(),
  };
}

function activityOf({ rounds, trials, trial }: LoggedWatch): WatchReportInput['activity'] {
  const tiers: Partial<Record<(typeof rounds)[number]['tier'], number>> = {};
  for (const { tier } of rounds) tiers[tier] = (tiers[tier] ?? 0) + 1;
  let [firstAt, lastAt]: [number | null, number | null] = [null, null];
  for (let seq = 1; seq <= trials; seq += 1) {
    const { at, answers } = trial(seq);
    if (answers.length === 0) continue;
    firstAt = answers.reduce((first, { startedAt }) => Math.min(first, startedAt), firstAt ?? at);
    lastAt = Math.max(lastAt ?? at, at);
  }
  return { rounds: tiers, firstAt, lastAt };
}

/** Those of trials that were computed: the others have no place on the curve. */
function declaredOf({ declared }: LoggedWatch, complete: readonly number[]): ReportedDeclaration[] {
  return declared.flatMap(({ seq, side, field, before, after, at }) => {
    const trial = complete[seq - 1];
    return trial === undefined ? [] : [{ side, field, before, after, trial, at }];
  });
}
