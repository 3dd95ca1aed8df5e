const FIRST_MS = 1000;
const LONGEST_MS = 3_600_000;
// Doubling from 1 s takes 12 tries to reach an hour; with jitter a try then comes every 45 minutes on
// average, so the 107th failure falls about three days after the first.
const TRIES = 107;

/**
 * Milliseconds to wait after the `attempt`-th failed try (1-based): exponential from 1 s up to 1 h, of
 * which the upper half is drawn at random so that many waiting messages don't return at once.
 * `random` gives a number in [0, 1). Null after about three days: the message is dead.
 */
export function retryDelayMs(attempt: number, random: () => number): number | null {
  if (attempt >= TRIES) return null;
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (Math.max(1, attempt) - 1));
  return Math.round(ceiling * (0.5 + random() / 2));
}
