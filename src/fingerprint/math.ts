/**
 * exp and log from + − × ÷ alone. ECMAScript leaves the last bits of Math.exp and Math.log to the
 * implementation, and evidence must replay to the same bit on every Node version.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const MIN_EXPONENT = -1074;
const MAX_EXPONENT = 1023;

const POWERS: Float64Array = powersOfTwo();
const bits: DataView = new DataView(new ArrayBuffer(8));

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(MAX_EXPONENT - MIN_EXPONENT + 1);
  powers[-MIN_EXPONENT] = 1;
  for (let k = 1; k <= MAX_EXPONENT; k += 1)
    powers[k - MIN_EXPONENT] = 2 * (powers[k - 1 - MIN_EXPONENT] ?? 0);
  for (let k = -1; k >= MIN_EXPONENT; k -= 1)
    powers[k - MIN_EXPONENT] = (powers[k + 1 - MIN_EXPONENT] ?? 0) / 2;
  return powers;
}

/** e^x, within 2 units in the last place. Infinity above 709.78, 0 below −745.13; NaN stays NaN. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // The Taylor series to r^13/13!, enough for |r| ≤ ln(2)/2.
  let sum = 1;
  for (let n = 13; n >= 1; n -= 1) sum = 1 + (sum * r) / n;
  if (k === MAX_EXPONENT + 1) return sum * 2 * (POWERS[MAX_EXPONENT - MIN_EXPONENT] ?? 0);
  if (k >= -1022) return sum * (POWERS[k - MIN_EXPONENT] ?? 0);
  return sum * (POWERS[k + 100 - MIN_EXPONENT] ?? 0) * (POWERS[-100 - MIN_EXPONENT] ?? 0);
}

/** The natural logarithm, within 2 units in the last place. −Infinity at 0, NaN below 0 and at NaN. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  let scaled = x;
  let exponent = 0;
  if (x < 2.2250738585072014e-308) {
    scaled = x * 18014398509481984;
    exponent = -54;
  }
  bits.setFloat64(0, scaled);
  const high = bits.getUint32(0);
  exponent += (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xf_ffff) | 0x3ff0_0000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // log(m) = 2·artanh(f), f = (m−1)/(m+1), |f| < 0.172.
  const f = (mantissa - 1) / (mantissa + 1);
  const s = f * f;
  let sum = 0;
  for (let n = 21; n >= 3; n -= 2) sum = s * (sum + 1 / n);
  return exponent * LN2_HIGH + (2 * f * (1 + sum) + exponent * LN2_LOW);
}

/** 1/(1+e^−x), with sigmoid(x) + sigmoid(−x) = 1 exactly. */
export function sigmoid(x: number): number {
  if (x < 0) return 1 - sigmoid(-x);
  return 1 / (1 + exp(-x));
}

/** ln(e^a + e^b) without overflow. */
export function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  if (low === -Infinity || high === Infinity) return high;
  return high + log(1 + exp(low - high));
}

/** The nearest integer; halves go away from 0, so that round(−x) = −round(x). */
export function roundAway(x: number): number {
  return x < 0 ? -Math.floor(0.5 - x) : Math.floor(x + 0.5);
}
