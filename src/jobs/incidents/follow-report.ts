import type { Report, Verdict } from '../../fingerprint/index.js';
import {
  incidentsOfEpoch,
  newestVoidReasons,
  openIncidents,
  type Tx,
  unreadableSince,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import { apply } from './apply.js';
import { factsOf, type IncidentWatch } from './facts.js';
import { incidentOf } from './incident-rows.js';
import { resolveByEngine, trigger } from './trigger.js';

type Context = Pick<JobContext, 'publicUrl'>;

/** What a changed verdict means for incidents. Returns whether a divergence was opened. */
export async function followVerdict(
  tx: Tx,
  context: Context,
  watch: IncidentWatch,
  change: { readonly from: Verdict | null; readonly report: Report },
  at: number,
): Promise<boolean> {
  const { from, report } = change;
  const subject = { kind: 'report' } as const;
  if (from === 'equivalent')
    await resolveByEngine(tx, watch.config, 'equivalence', `the verdict is now ${report.verdict}`, at);
  if (report.verdict === 'equivalent')
    await trigger(tx, context, watch, { kind: 'equivalence', subject, report, at });
  await followSeverity(tx, context, watch, report, at);
  if (report.verdict !== 'different') return false;
  return await trigger(tx, context, watch, { kind: 'divergence', subject, report, at });
}

/** What the end of a round means for incidents: a difference may have grown, or nothing may have been read for long. */
export async function followRound(
  tx: Tx,
  context: Context,
  watch: IncidentWatch,
  report: Report,
  at: number,
): Promise<void> {
  await followSeverity(tx, context, watch, report, at);
  await followReadability(tx, context, watch, report, at);
}

async function followSeverity(
  tx: Tx,
  context: Context,
  watch: IncidentWatch,
  report: Report,
  at: number,
): Promise<void> {
  if (report.severity !== 'material') return;
  for (const row of await incidentsOfEpoch(tx, watch.config.id, watch.epoch, 'divergence')) {
    if (row.status !== 'open' || row.severity === 'material') continue;
    const about = { incidentId: row.id, subject: { kind: 'report' } as const, report, at };
    const facts = await factsOf(tx, context, watch, about);
    await apply(tx, incidentOf(row), { type: 'raised', at }, watch.config, facts);
  }
}

async function followReadability(
  tx: Tx,
  context: Context,
  watch: IncidentWatch,
  report: Report,
  at: number,
): Promise<void> {
  const { config, epoch } = watch;
  const since = await unreadableSince(tx, config.id, epoch);
  if (since === null || at - since < config.incidents.unreadableAfterMs) {
    await resolveByEngine(tx, config, 'unreadable', 'the answers can be read again', at);
    return;
  }
  if ((await openIncidents(tx, config.id, 'unreadable')).length > 0) return;
  const named = report.unreadableReason === null ? [] : [report.unreadableReason];
  const reasons = [...named, ...(await newestVoidReasons(tx, config.id, epoch))];
  const subject = { kind: 'unreadable', since, reasons } as const;
  await trigger(tx, context, watch, { kind: 'unreadable', subject, report, at });
}
