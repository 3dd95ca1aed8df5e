const FAILURES = 5;
const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;

/**
 * Which places are left alone for a while because the last attempts there failed: five in a row, and then
 * every further one, shut a place for 30 s to 10 min, twice as long each time. What is next is one attempt.
 * Times are milliseconds since the Unix epoch.
 */
export interface CircuitBreaker {
  failed(place: string, at: number): void;
  answered(place: string): void;
  /** Whether the last attempts there failed so often that the next one only tries whether it is up. */
  isTrial(place: string): boolean;
  /** The places that are shut at `now`. */
  shut(now: number): string[];
  /** When the first of them opens, or null. */
  opensAt(now: number): number | null;
}

/** A breaker over any number of places, each named by a text. Forgets at a restart, which costs an attempt each. */
export function createCircuitBreaker(): CircuitBreaker {
  const places = new Map<string, { failures: number; opensAt: number }>();
  const shut = (now: number) => [...places].filter(([, { opensAt }]) => opensAt > now);
  return {
    failed: (place, at) => {
      const before = places.get(place);
      // Attempts that had begun when it was shut say nothing new.
      if (before !== undefined && before.opensAt > at) return;
      const failures = (before?.failures ?? 0) + 1;
      const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - FAILURES));
      places.set(place, { failures, opensAt: failures < FAILURES ? 0 : at + ms });
    },
    answered: (place) => void places.delete(place),
    isTrial: (place) => (places.get(place)?.failures ?? 0) >= FAILURES,
    shut: (now) => shut(now).map(([place]) => place),
    opensAt: (now) => {
      const times = shut(now).map(([, { opensAt }]) => opensAt);
      return times.length === 0 ? null : Math.min(...times);
    },
  };
}
