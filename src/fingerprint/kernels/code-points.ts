/**
 * The first `length` code points of `text`. A lone surrogate counts as one code point, itself.
 *
 * `codePoints('a😀b', 2)` is `[0x61, 0x1f600]`; an empty text gives an empty array.
 */
export function codePoints(text: string, length: number): Uint32Array {
  const out = new Uint32Array(Math.min(length, text.length));
  let count = 0;
  for (let i = 0; i < text.length && count < length; i += 1) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i += 1;
    out[count] = point;
    count += 1;
  }
  return out.subarray(0, count);
}
