import type { AlertContent, AlertSubject } from '../../alerts/index.js';
import { type EndpointConfig, endpointPlace } from '../../config/index.js';
import { createFold, type Report } from '../../fingerprint/index.js';
import { findWatchReport, newestMessage, type Tx } from '../../store/index.js';
import type { JobContext, RunnableWatch } from '../context.js';
import { transportState } from '../transport.js';
import type { IncidentFacts } from './record-event.js';

/** Which watch an incident is about, as far as incidents need to know. */
export type IncidentWatch = Pick<RunnableWatch, 'config' | 'epoch' | 'engine'>;

/** What a message about a watch says now. */
export async function factsOf(
  tx: Tx,
  { publicUrl }: Pick<JobContext, 'publicUrl'>,
  { config }: IncidentWatch,
  about: {
    readonly incidentId: string;
    readonly subject: AlertSubject;
    readonly report: Report;
    readonly at: number;
  },
): Promise<IncidentFacts> {
  return {
    watch: { id: config.id, title: config.title, claim: config.claim },
    listed: sideOf(config.listed),
    released: sideOf(config.released),
    transport: await transportState(tx, config, about.at),
    report: about.report,
    subject: about.subject,
    link: publicUrl === null ? null : `${publicUrl}/incidents/${about.incidentId}`,
  };
}

/** What was said of an incident last. Every incident has a message from its opening on. */
export async function newestFacts(tx: Tx, incidentId: string): Promise<IncidentFacts> {
  const message = await newestMessage(tx, incidentId);
  if (message === null) throw new Error(`the incident ${incidentId} has no message`);
  const { watch, listed, released, transport, report, subject, link } = JSON.parse(
    message.content,
  ) as AlertContent;
  const eValue = report.eValue ?? Number.POSITIVE_INFINITY;
  return { watch, listed, released, transport, report: { ...report, eValue }, subject, link };
}

/** The report that was kept last; before the first, that of no trials. */
export async function keptReport(tx: Tx, { config, epoch, engine }: IncidentWatch): Promise<Report> {
  const row = await findWatchReport(tx, config.id, epoch);
  if (row === null) return createFold(engine).report();
  const report = JSON.parse(row.report) as Omit<Report, 'eValue'> & { readonly eValue: number | null };
  return { ...report, eValue: report.eValue ?? Number.POSITIVE_INFINITY };
}

function sideOf(endpoint: EndpointConfig): { model: string; host: string } {
  return { model: endpoint.model, host: endpointPlace(endpoint) };
}
