const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like: `90s`, `5m`, `2h`, `1d`, `500ms`. */
export const durationPattern: RegExp = /^([1-9][0-9]{0,8})(ms|s|m|h|d)$/;

/** Milliseconds of a duration such as `90s`; null when `text` is not one. */
export function durationMs(text: string): number | null {
  const match = durationPattern.exec(text);
  const unit = match?.[2];
  return unit !== undefined && isUnit(unit) ? Number(match?.[1]) * unitMs[unit] : null;
}

function isUnit(text: string): text is keyof typeof unitMs {
  return Object.hasOwn(unitMs, text);
}
