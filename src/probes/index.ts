export { createOpenAiEndpoint } from './endpoints/openai.js';
export { ProbeError } from './errors.js';
export { type AskResult, type Endpoint, isAnswered } from './outcome.js';
export { createPacers, type Pacer } from './pacer.js';
export { type PlannedTrial, planRound, type Slot } from './plan.js';
export { loadSuite, parseSuite, type Suite } from './suites.js';
export { runTrial, type SlotResult, type TrialResult } from './trial.js';
