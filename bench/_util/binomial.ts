/** The largest share that a binomial(n, p) stays below with probability 99.9 %, by its normal approximation. */
export function binomialBound(n: number, p: number): number {
  return (n * p + 3.09 * Math.sqrt(n * p * (1 - p)) + 1) / n;
}
