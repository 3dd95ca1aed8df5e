export { EvidenceError } from './errors.js';
export { appendLog, type LogHead, type LogInput, verifyLog } from './log.js';
export { type ComparisonReportInput, type ReportedFile, renderComparisonReport } from './report/index.js';
