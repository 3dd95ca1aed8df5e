export {
  type ComparisonReportInput,
  type ReportedFile,
  renderComparisonReport,
} from './comparison-report.js';
export { answerPair, withMarks } from './examples.js';
export { formatNumber, formatOdds } from './figures.js';
export { markdownCode, markdownLine, markdownTable } from './markdown-text.js';
export { NEWEST_PAIRS, reportedPair } from './newest-pairs.js';
export { generatorTag } from './page.js';
export { reportedDefinition, settingName } from './reported-definition.js';
export { STYLE } from './style.js';
export { verdictHeadings } from './verdict-headings.js';
export { renderWatchMarkdown } from './watch-markdown.js';
export { renderWatchReport, watchReportContent } from './watch-report.js';
export type {
  LogAnchor,
  ReportedDeclaration,
  ReportedSide,
  WatchReportInput,
} from './watch-report-input.js';
export { MOST_EXCERPTS } from './watch-sections.js';
export {
  CONDITIONS,
  declaredNames,
  plural,
  strength,
  TRANSPORT_NOTE,
  utc,
  voidReason,
} from './watch-wording.js';
