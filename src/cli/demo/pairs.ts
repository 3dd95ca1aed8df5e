import { stringify } from 'yaml';
import type { Verdict } from '../../fingerprint/index.js';

export interface DemoPair {
  readonly id: string;
  readonly title: string;
  /** The sandbox's model on the listed side; every pair is released as `vanilla`. */
  readonly listed: string;
  /** The verdicts that tell the truth about it. */
  readonly expected: readonly Verdict[];
}

/** Four pairs whose truth is known. */
export const pairs: readonly DemoPair[] = [
  {
    id: 'arena-tuned',
    title: 'A variant tuned for the arena',
    listed: 'arena-tuned',
    expected: ['different'],
  },
  {
    id: 'same',
    title: 'The same model on both sides',
    listed: 'vanilla',
    expected: ['undecided', 'equivalent'],
  },
  { id: 'swapped', title: 'Swapped after 40 requests', listed: 'swap-at=40', expected: ['different'] },
  { id: 'faulty', title: 'An endpoint that keeps failing', listed: 'faulty', expected: ['unreadable'] },
];

/** The same pair stays quiet for at least this many trials before the demo ends. */
export const QUIET_TRIALS = 100;
export const TIME_LIMIT_MS = 45_000;

/** The demo's watch file: an ordinary one, with a round every two seconds. */
export function demoWatchFile(baseUrl: string): string {
  const endpoint = (model: string): object => ({
    kind: 'openai',
    base_url: baseUrl,
    model,
    params: { temperature: 1, max_tokens: 1000 },
    concurrency: 4,
    first_byte_timeout: '1s',
    total_timeout: '5s',
    max_retries: 1,
  });
  return stringify({
    version: 1,
    watches: pairs.map(({ id, title, listed }) => ({
      id,
      title,
      claim: `The simulated model listed as "${listed}" is the released "vanilla"`,
      listed: endpoint(listed),
      released: endpoint('vanilla'),
      schedule: '*/2 * * * * *',
      trials_per_round: 10,
      window: '20s',
    })),
  });
}
