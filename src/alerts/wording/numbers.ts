import { oneIn } from '../../fingerprint/index.js';

/** "at most 1 in 1,000 such watches …": rounded towards more chance, never less. */
export function chanceWording(alpha: number): string {
  return `at most 1 in ${oneIn(alpha)} such watches would ever show this by chance`;
}

/** "1,230 to 1", or with a power of ten where the number is too long to read. Rounded down. */
export function oddsWording(log10E: number): string {
  if (log10E < 0) return 'less than 1 to 1';
  if (log10E >= 6) return `10^${count(Math.floor(log10E))} to 1`;
  // 10 ** 5 of a round level may be 99,999.99…: without the nudge it would lose one.
  return `${count(Math.floor(10 ** log10E * (1 + 1e-9)))} to 1`;
}

/** "3 trials". */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A whole number: "1,234". */
export function count(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** How often, "0.2" or "12". */
export function rate(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: n < 10 ? 1 : 0 });
}

/** "93 %". */
export function percent(p: number): string {
  return `${Math.round(p * 100)}\u00a0%`;
}

/** Two significant digits, rounded up: "0.013". For what is at most so many. */
export function atMost(n: number): string {
  if (n <= 0) return '0';
  const digits = 1 - Math.floor(Math.log10(n));
  const rounded = digits > 0 ? Math.ceil(n * 10 ** digits * (1 - 1e-9)) / 10 ** digits : Math.ceil(n);
  return rounded.toLocaleString('en-US', { maximumSignificantDigits: digits > 0 ? 2 : 15 });
}
