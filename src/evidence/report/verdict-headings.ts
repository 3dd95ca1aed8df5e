import type { Verdict } from '../../fingerprint/index.js';

/** Each verdict as a report's heading: a mark and words, never by colour alone. */
export const verdictHeadings: Readonly<Record<Verdict, string>> = {
  different: '≠ The answers can be told apart',
  equivalent: '= No difference beyond the margin',
  undecided: '· Undecided',
  unreadable: '? No verdict',
};
