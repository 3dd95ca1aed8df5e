/**
 * The base of every error Twinwatch throws on purpose. `code` is a stable literal for programs,
 * `message` is for people, `cause` keeps what was caught. Outcomes that are expected while probing
 * (a timeout, a 429) are data, not errors.
 */
export abstract class TwinwatchError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A value reached `core` that its contract excludes. */
export class CoreError extends TwinwatchError {
  readonly code = 'core';
}

/** The message of anything that can be thrown, on one line and without terminal escapes. */
export function errorMessage(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return plainLine(text);
}

/**
 * Makes untrusted text safe for one line of a terminal, a log or a mail header: every control
 * character (C0, DEL, C1), bidi override and line separator becomes a space, lone surrogates U+FFFD.
 */
export function plainLine(text: string, maxLength = 500): string {
  const visible = Array.from(text.slice(0, maxLength * 2).toWellFormed(), (c) =>
    isUnsafe(c) ? ' ' : c,
  ).join('');
  const folded = visible.replaceAll(/ {2,}/g, ' ').trim();
  return folded.length <= maxLength ? folded : `${folded.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** Like {@link plainLine} for text of several lines: line feeds and tabs stay. */
export function plainText(text: string): string {
  return Array.from(text.toWellFormed(), (c) => (c !== '\n' && c !== '\t' && isUnsafe(c) ? '�' : c)).join('');
}

function isUnsafe(character: string): boolean {
  const c = character.codePointAt(0) ?? 0;
  const control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
  const bidi =
    (c >= 0x202a && c <= 0x202e) ||
    (c >= 0x2066 && c <= 0x2069) ||
    c === 0x200e ||
    c === 0x200f ||
    c === 0x61c;
  return control || bidi || c === 0x2028 || c === 0x2029;
}
