import { type EndpointConfig, endpointPlace, type WatchConfig } from '../config/index.js';
import { newId } from '../core/index.js';
import { type AlertContent, type AlertSide, alertContent } from './content.js';

/** What a watch's targets get to see whether alerts arrive. It says that it is a test, and is not logged. */
export function testContent(watch: WatchConfig, at: number): AlertContent {
  return alertContent({
    incident: {
      id: `test-${newId()}`,
      watchId: watch.id,
      epoch: 0,
      kind: 'test',
      status: 'open',
      severity: null,
      openedAt: at,
      updatedAt: at,
      seq: 1,
      triggers: 1,
      publishAt: null,
      publishedAt: at,
      acknowledged: null,
      replies: [],
      outcome: null,
    },
    notice: { kind: 'opened', seq: 1, at, text: null },
    subject: { kind: 'report' },
    link: null,
    watch: { id: watch.id, title: watch.title, claim: watch.claim },
    listed: side(watch.listed),
    released: side(watch.released),
    transport: 'shared',
    report: {
      log10E: 0,
      eValue: 1,
      alpha: watch.alpha,
      trials: 0,
      voidTrials: 0,
      alarmAtTrial: null,
      severity: null,
      findings: [],
      words: [],
      sentence: 'This is a test message: nothing was found.',
    },
    checkpoint: { height: 0, hash: '' },
  });
}

function side(endpoint: EndpointConfig): AlertSide {
  return { model: endpoint.model, host: endpointPlace(endpoint) };
}
