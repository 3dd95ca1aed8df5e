export type { Check, Level } from './check.js';
export { examine } from './doctor.js';
