import { domainToASCII } from 'node:url';
import { JobError } from '../errors.js';

/** An address to which mail can go. */
export interface EmailAddress {
  /** As it was typed, the domain in ASCII: a look-alike shows as `xn--…`. */
  readonly email: string;
  /** The spelling that tells addresses apart. */
  readonly key: string;
}

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one plain address: no display name, no quotes, no comment, no address literal, a domain with a dot.
 * Lengths as in RFC 5321, 4.5.3.1.
 * @throws JobError without the text, which may be anything
 */
export function parseEmail(text: string): EmailAddress {
  const typed = text.length > 320 ? '' : text.trim();
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, Math.max(at, 0));
  const typedDomain = typed.slice(at + 1);
  const domain = TYPED_DOMAIN.test(typedDomain) ? domainToASCII(typedDomain).toLowerCase() : '';
  const labels = domain.split('.');
  const isHost =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && /[a-z]/.test(labels.at(-1) ?? '');
  const email = `${local}@${domain}`;
  if (!LOCAL.test(local) || local.length > 64 || !isHost || email.length > 254)
    throw new JobError('this is not one plain e-mail address');
  return { email, key: email.toLowerCase() };
}
