import { appendLog } from '../../evidence/index.js';
import type { Tx } from '../../store/index.js';
import type { JobContext } from '../context.js';
import type { DeclaredChange } from '../declared-changes.js';
import { type IncidentWatch, keptReport } from './facts.js';
import { trigger } from './trigger.js';

/** Logs what sides now say differently about themselves, and opens or adds to the incident of it. */
export async function followDeclared(
  tx: Tx,
  context: Pick<JobContext, 'publicUrl'>,
  watch: IncidentWatch,
  changes: readonly DeclaredChange[],
): Promise<void> {
  const { config, epoch } = watch;
  for (const { side, field, before, after, seq, at } of changes) {
    const payload = { epoch, seq, side, field, before, after };
    await appendLog(tx, at, [{ kind: 'declared-change', watchId: config.id, payload }]);
    const subject = { kind: 'declared-change', side, field, before, after } as const;
    const report = await keptReport(tx, watch);
    await trigger(tx, context, watch, { kind: 'declared-change', subject, report, at });
  }
}
