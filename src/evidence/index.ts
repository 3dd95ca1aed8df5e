export {
  type BundleVerification,
  unpacked,
  type VerifiedBundle,
  verifyBundle,
  type WrittenBundle,
  writeBundle,
} from './bundle/index.js';
export { EvidenceError } from './errors.js';
export { currentKey, openSigner, openWitness, rotateKey } from './keys.js';
export { appendLog, type LogHead, type LogInput } from './log.js';
export { type Pooled, type PooledMember, type Pooling, poolBundles } from './pool/pool.js';
export { type Reproduction, reproduce } from './pool/reproduce.js';
export {
  answerPair,
  CONDITIONS,
  type ComparisonReportInput,
  declaredNames,
  formatNumber,
  formatOdds,
  type LogAnchor,
  MOST_EXCERPTS,
  markdownCode,
  markdownLine,
  markdownTable,
  NEWEST_PAIRS,
  plural,
  type ReportedDeclaration,
  type ReportedFile,
  type ReportedSide,
  renderComparisonReport,
  renderWatchMarkdown,
  renderWatchReport,
  reportedDefinition,
  reportedPair,
  STYLE,
  strength,
  TRANSPORT_NOTE,
  utc,
  verdictHeadings,
  voidReason,
  type WatchReportInput,
  watchReportContent,
  withMarks,
} from './report/index.js';
export { newestHead, signCheckpoint } from './seal.js';
export { statementHash, type VendorStatement } from './statement.js';
export { type VerifiedLog, verifyLog } from './verify-log.js';
export { checkpointRequest, readCheckpointRequest } from './witness/checkpoint-request.js';
export { type Cosigned, cosign } from './witness/cosign.js';
export { witnessVerifier } from './witness/cosignature.js';
export { acceptCosignatures, newestNote, proveConsistency } from './witness/own-log.js';
export { checkProof, proveEntry } from './witness/proof-file.js';
export { remoteLog } from './witness/remote-log.js';
