import { sha256 } from '../../../src/core/index.js';

const view: DataView = new DataView(new ArrayBuffer(8));

/** The 64 bits of a double as 16 hexadecimal digits. */
export function hex(value: number): string {
  // NaN has many bit patterns, and none belongs in a result.
  if (Number.isNaN(value)) throw new RangeError('a result is not a number');
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** SHA-256 over a value in which every number stands as its bits, whatever it is nested in. */
export function digest(value: unknown): string {
  return sha256(JSON.stringify(exact(value)));
}

function exact(value: unknown): unknown {
  if (typeof value === 'number') return hex(value);
  if (value instanceof Int8Array) return Buffer.from(value).toString('hex');
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, hex);
  if (value instanceof Map) return [...value].map(exact);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, item]) => [key, exact(item)]);
}
