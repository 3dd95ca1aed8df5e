export {
  type ComparisonReportInput,
  type ReportedFile,
  renderComparisonReport,
} from './comparison-report.js';
export { renderWatchMarkdown } from './watch-markdown.js';
export { renderWatchReport } from './watch-report.js';
export type {
  LogAnchor,
  ReportedDeclaration,
  ReportedSide,
  WatchReportInput,
} from './watch-report-input.js';
export { CONDITIONS, declaredNames, strength, TRANSPORT_NOTE, utc } from './watch-wording.js';
