export { MAIL_CONNECTIONS } from './channels/email.js';
export type { Reachable } from './channels/reachable.js';
export { type SmtpLogin, verifySmtp } from './channels/smtp.js';
export { verifyWebhook } from './channels/webhook.js';
export { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
export {
  type AccountContent,
  type AlertContent,
  type AlertContentInput,
  type AlertSubject,
  alertContent,
  type DigestContent,
  type MessageContent,
  withoutExcerpts,
} from './content.js';
export {
  type Delivery,
  type DeliveryTarget,
  deliveriesFor,
  type MailLinks,
  newDeliveryId,
  placeOf,
  type SendResult,
  type SubscriberMail,
  targetLabel,
} from './delivery.js';
export {
  type Incident,
  type IncidentEvent,
  type IncidentKind,
  incidentId,
  incidentKinds,
  type NoticeKind,
} from './incidents/incident.js';
export { openedIncident, type Transition, transition } from './incidents/transition.js';
export { renderSideBySide } from './render/side-by-side.js';
export { retryDelayMs } from './retry.js';
export { createSender, type Sender } from './sender.js';
export { testContent } from './test-content.js';
export { type AlertWording, alertWording, LABELS } from './wording/wording.js';
