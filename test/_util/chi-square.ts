/**
 * The chance that a chi-square variable with `degrees` ≥ 1 degrees of freedom is at least `x` ≥ 0: the upper
 * regularised incomplete gamma function Q(degrees/2, x/2), from Q(½, y) = erfc(√y), Q(1, y) = e^−y and
 * Q(a + 1, y) = Q(a, y) + y^a e^−y / Γ(a + 1).
 */
export function chiSquareTail(x: number, degrees: number): number {
  const y = x / 2;
  let a = degrees % 2 === 0 ? 1 : 0.5;
  let tail = a === 1 ? Math.exp(-y) : erfc(Math.sqrt(y));
  // y^a e^−y / Γ(a + 1) for the first a.
  let term = a === 1 ? y * Math.exp(-y) : 2 * Math.sqrt(y / Math.PI) * Math.exp(-y);
  for (; a < degrees / 2; a += 1) {
    tail += term;
    term *= y / (a + 1);
  }
  return tail;
}

/** p-value of the hypothesis that all cells of `counts` are equally likely. */
export function uniformP(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const x = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquareTail(x, counts.length - 1);
}

/** p-value of the hypothesis that rows and columns of `table` are independent. */
export function independenceP(table: readonly (readonly number[])[]): number {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = (table[0] ?? []).map((_, c) => table.reduce((sum, row) => sum + (row[c] ?? 0), 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  let x = 0;
  for (const [r, row] of table.entries()) {
    for (const [c, count] of row.entries()) {
      const expected = ((rows[r] ?? 0) * (columns[c] ?? 0)) / total;
      x += (count - expected) ** 2 / expected;
    }
  }
  return chiSquareTail(x, (rows.length - 1) * (columns.length - 1));
}

/** The complementary error function of z ≥ 0. */
function erfc(z: number): number {
  if (z < 2.5) {
    // erf(z) = 2/√π e^−z² Σ 2^n z^(2n+1) / (1·3·5…(2n+1))
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-16; n += 1) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  }
  // The continued fraction e^−z²/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))), from the inside.
  let fraction = z;
  for (let n = 60; n >= 1; n -= 1) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
