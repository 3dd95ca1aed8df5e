export { EvidenceError } from './errors.js';
export { appendLog, currentHead, type LogHead, type LogInput, verifyLog } from './log.js';
