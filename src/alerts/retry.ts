const FIRST_MS = 1000;
const LONGEST_MS = 3_600_000;
const GIVE_UP_MS = 3 * 86_400_000;
// Doubling from 1 s takes so many tries to reach an hour: what waited while nothing ran gets them too.
const LEAST_TRIES = 12;

/**
 * Milliseconds to wait after the `attempt`-th failed try (1-based): exponential from 1 s up to 1 h, of
 * which the upper half is drawn at random so that many waiting messages don't return at once.
 * `random` gives a number in [0, 1). Null when the message has waited three days (`waitedMs`) and was tried
 * a dozen times: it is dead.
 */
export function retryDelayMs(attempt: number, waitedMs: number, random: () => number): number | null {
  if (waitedMs >= GIVE_UP_MS && attempt >= LEAST_TRIES) return null;
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (Math.max(1, attempt) - 1));
  return Math.round(ceiling * (0.5 + random() / 2));
}
