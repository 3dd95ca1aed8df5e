export {
  type BattleAnswer,
  type BattleTally,
  type ModelTally,
  newBattleTally,
  readBattles,
} from './battles/read-battles.js';
export { removeArtifacts } from './browser/artifacts.js';
export {
  browserFolders,
  createBrowserSites,
  profileFolder,
  startOf,
} from './browser/browser-sites.js';
export { findChromium } from './browser/find-chromium.js';
export { openProfile } from './browser/launch.js';
export { recordedRecipe, recordSite } from './browser/record.js';
export { profileState } from './browser/site-state.js';
export { type Claim, createLedger, type Grant, type Ledger, type Reservation } from './budget.js';
export { budgetUse } from './budget-limits.js';
export { createApiEndpoint } from './endpoints/api.js';
export { readLogprobs } from './endpoints/logprobs.js';
export { ProbeError } from './errors.js';
export { type Artifact, type AskResult, type Endpoint, isAnswered } from './outcome.js';
export { createPacers, type Pacer } from './pacer.js';
export { type PlannedTrial, planRound, type Slot } from './plan.js';
export { type AnswerFile, readAnswers } from './read-answers.js';
export { createRecordedEndpoint, openRecording, type Recording, recordedSuite } from './recorded.js';
export { lintSuite } from './suite-lint.js';
export { problemLine, type SuiteProblem } from './suite-problems.js';
export { type Suite, suiteText } from './suite-source.js';
export { promptSpace } from './suite-space.js';
export { builtInSuiteIds, fillTemplate, loadSuite, parseSuite, readSuiteFile } from './suites.js';
export { throughHtml } from './through-html.js';
export { runTrial, type SlotResult, type TrialResult, trialClaims } from './trial.js';
