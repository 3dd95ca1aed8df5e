export { canonicalJson, type Json } from './canonical-json.js';
export { type Clock, elapsed, systemClock } from './clock.js';
export { errorMessage, plainLine, plainText, TwinwatchError } from './errors.js';
export { html, Markup } from './html.js';
export { newId, newSeed, sha256 } from './ids.js';
export { createLogger, type Logger } from './logger.js';
export { type SeededRandom, seededRandom } from './random.js';
export { canonicalText, codePointLength, cutText } from './text.js';
export { type DiffPart, wordDiff } from './word-diff.js';
