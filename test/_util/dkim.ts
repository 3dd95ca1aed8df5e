import { createHash, createVerify, type KeyObject } from 'node:crypto';

/**
 * What is wrong with the DKIM signature of a mail (RFC 6376, relaxed/relaxed, rsa-sha256), or null: `body`,
 * `signature`, or the name of a header that should be signed and is not.
 */
export function dkimProblem(raw: string, key: KeyObject, signed: readonly string[]): string | null {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const index = headers.findIndex((line) => /^dkim-signature:/i.test(line));
  const own = headers[index];
  if (own === undefined) return 'no signature';
  const tags = new Map(
    own
      .slice(own.indexOf(':') + 1)
      .split(';')
      .map((tag) => /^\s*(\w+)\s*=(.*)$/s.exec(tag))
      .map((match) => [match?.[1] ?? '', (match?.[2] ?? '').replace(/\s+/g, '')]),
  );
  if (tags.get('a') !== 'rsa-sha256' || tags.get('c') !== 'relaxed/relaxed') return 'algorithm';
  const body = relaxedBody(raw.slice(end + 4));
  if (createHash('sha256').update(body).digest('base64') !== tags.get('bh')) return 'body';
  const names = (tags.get('h') ?? '').toLowerCase().split(':');
  const unsigned = signed.find((name) => !names.includes(name));
  if (unsigned !== undefined) return unsigned;
  // Of a header that stands more than once the last is signed first.
  const left = headers.filter((_, i) => i !== index);
  const lines = names.flatMap((name) => {
    const at = left.findLastIndex((line) => line.toLowerCase().startsWith(`${name}:`));
    return at === -1 ? [] : left.splice(at, 1).map((line) => `${relaxedHeader(line)}\r\n`);
  });
  const unsignedOwn = relaxedHeader(own.replace(/(;\s*b\s*=)[^;]*/, '$1'));
  const text = `${lines.join('')}${unsignedOwn}`;
  const isGood = createVerify('sha256')
    .update(text)
    .verify(key, tags.get('b') ?? '', 'base64');
  return isGood ? null : 'signature';
}

function relaxedHeader(line: string): string {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${line.slice(0, colon).trim().toLowerCase()}:${value}`;
}

function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}
