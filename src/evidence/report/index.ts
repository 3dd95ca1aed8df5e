export {
  type ComparisonReportInput,
  type ReportedFile,
  renderComparisonReport,
} from './comparison-report.js';
