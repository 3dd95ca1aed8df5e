import { validateDetailed } from 'node-cron';
import { z } from 'zod';
import { durationMs, durationPattern } from './durations.js';
import type { SuiteRef } from './types.js';

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

/** A cron expression of 5 fields, or of 6 with the second in front. */
export function cronExpression(): z.ZodString {
  return line(100).superRefine((text, context) => {
    const message = cronProblem(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

function cronProblem(text: string): string | null {
  const fields = text.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) return `must be a cron expression of 5 or 6 fields, not ${fields}`;
  // The parser writes ranges out before it looks at their ends: 1-999999999 would exhaust the memory.
  if (text.length > 100 || /\d{3}|\./.test(text)) return 'is not a cron expression: a number is out of range';
  const { valid, errors } = validateDetailed(text);
  if (valid) return null;
  const [first] = errors;
  return first === undefined
    ? 'is not a cron expression'
    : `is not a cron expression: ${first.field} can't be ${JSON.stringify((first.value ?? '').slice(0, 40))}`;
}

/** A suite: the id of a built-in one, or a map with its file. */
export function suiteRef(): z.ZodType<SuiteRef, string | { file: string }> {
  return z
    .union(
      [kebab(), z.strictObject({ file: line(1000).describe('Path of a suite of your own.') })],
      'must be the id of a built-in suite, or a map with the key file',
    )
    .transform(
      (raw): SuiteRef =>
        typeof raw === 'string' ? { kind: 'builtin', id: raw } : { kind: 'file', path: raw.file },
    );
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
