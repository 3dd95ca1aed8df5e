/**
 * The p-value of a permutation test: (1 + #{b ≥ 1 : T_b ≥ T_0}) / (1 + B), with T_0 the data's statistic
 * and T_1 … T_B those of B random relabellings. Ties count as ≥, so p is never 0 and never too small.
 * Statistics that carry rounding errors are given with a `slack` above them: what is below T_0 by no more
 * than that counts as a tie, which can only make p larger.
 *
 * `permutationPValue([3, 1, 3, 2])` is (1 + 1) / 4 = 0.5. Only T_0, or nothing, gives 1.
 *
 * Source: Phipson and Smyth, "Permutation p-values should never be zero" (2010).
 */
export function permutationPValue<T extends number | bigint>(statistics: readonly T[], slack = 0): number {
  const [own] = statistics;
  if (own === undefined) return 1;
  const least = typeof own === 'number' ? own - slack : own;
  let reached = 0;
  for (const statistic of statistics) if (statistic >= least) reached += 1;
  return reached / statistics.length;
}
