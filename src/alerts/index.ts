export { type SmtpLogin, verifySmtp } from './channels/email.js';
export type { Reachable } from './channels/reachable.js';
export { verifyWebhook } from './channels/webhook.js';
export { type AlertContent, type AlertContentInput, alertContent } from './content.js';
export { type Delivery, deliveriesFor, type SendResult } from './delivery.js';
export { type Incident, incidentOnVerdict, type VerdictChange } from './incidents.js';
export { renderSideBySide } from './render/side-by-side.js';
export { retryDelayMs } from './retry.js';
export { createSender, type Sender } from './sender.js';
