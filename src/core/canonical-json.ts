import canonicalize from 'canonicalize';
import { CoreError } from './errors.js';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * RFC 8785 canonical JSON: the one spelling that gets hashed. Lone surrogates have no UTF-8 form and
 * are replaced by U+FFFD first, so that the text and its stored bytes stay the same.
 * @throws CoreError for NaN, infinities and anything else that JSON has no form for
 */
export function canonicalJson(value: Json): string {
  try {
    const text = spelled(value);
    if (text === undefined) throw new CoreError('the value has no JSON form');
    return text;
  } catch (cause) {
    if (cause instanceof CoreError) throw cause;
    throw new CoreError('the value has no canonical JSON form', { cause });
  }
}

function spelled(value: Json): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    // The library refuses lone surrogates. They are rare, and replacing them copies everything.
    return canonicalize(wellFormed(value));
  }
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (isArray(value)) return value.map(wellFormed);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
    );
  }
  return value;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
