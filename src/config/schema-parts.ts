import { z } from 'zod';
import { durationMs, durationPattern } from './durations.js';

/** One line of text: no control characters, no bidi overrides, no lone surrogates, not blank. */
export function line(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength)
    .refine((text) => text.trim() !== '', 'is empty')
    .refine(isOneLine, 'must be one line of plain text without control characters');
}

/** Text of several lines. */
export function block(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength)
    .refine(
      (text) => text.isWellFormed() && !/(?![\n\t])\p{Cc}/u.test(text),
      'must be plain text without control characters',
    );
}

/** Kebab case, at most 64 characters. */
export function kebab(): z.ZodString {
  return z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits, with single hyphens between');
}

/** A duration of `minMs` to `maxMs`, as milliseconds. */
export function duration(
  minMs: number,
  maxMs: number,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return z
    .string('must be a duration such as 90s, 5m or 2h')
    .regex(durationPattern, 'must be a duration such as 90s, 5m or 2h')
    .refine(
      (text) => inRange(durationMs(text), minMs, maxMs),
      `must be ${readable(minMs)} to ${readable(maxMs)}`,
    )
    .transform((text) => durationMs(text) ?? 0);
}

// A text that is no duration at all has its own reason already.
function inRange(ms: number | null, minMs: number, maxMs: number): boolean {
  return ms === null || (ms >= minMs && ms <= maxMs);
}

function readable(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/**
 * What the name of an environment variable looks like here. Lower case is left out on purpose: keys of
 * several providers would pass for a name, and a missing variable's name is printed.
 */
export const envNamePattern: RegExp = /^[A-Z_][A-Z0-9_]{0,99}$/;

export function envName(): z.ZodString {
  return z
    .string()
    .regex(
      envNamePattern,
      'must be the name of an environment variable in capitals (such as OPENROUTER_API_KEY), not the secret itself',
    );
}

/** An http(s) URL without credentials and fragment. */
export function httpUrl(): z.ZodString {
  return line(2000).superRefine((text, context) => {
    const reason = urlProblem(text);
    if (reason !== null) context.addIssue({ code: 'custom', message: reason });
  });
}

function urlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || /\s/.test(text)) return 'must be a URL such as https://example.org/path';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must start with https:// or http://';
  if (url.username !== '' || url.password !== '')
    return 'must not hold a user name or password: secrets come only from the environment';
  return text.includes('#') ? 'must not have a fragment (#…)' : null;
}

// No quoted local parts, no lists, no brackets: whatever could turn one recipient into two.
const addressPattern = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:".]+(\.[^\s@<>()[\]\\,;:".]+)*$/;

/** One bare e-mail address, `name@host`. */
export function emailAddress(): z.ZodString {
  return line(254).regex(addressPattern, 'must be one e-mail address, such as name@example.org');
}

/** An e-mail address with or without a name: `Twinwatch <watch@example.org>`. */
export function sender(): z.ZodString {
  return line(320).refine((text) => {
    const named = /^[^<>"@,;:\\]+ <([^<>]+)>$/.exec(text);
    return addressPattern.test(named?.[1] ?? text);
  }, 'must be an e-mail address, such as watch@example.org or Twinwatch <watch@example.org>');
}

function isOneLine(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text);
}
