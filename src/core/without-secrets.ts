/** Anything shorter would be found in ordinary words. */
const SHORTEST = 4;
/** As much of a secret's beginning, at the end of a text that was cut off, is taken for it. */
const SHORTEST_START = 8;

/**
 * `text` with each of `secrets` replaced, as it is, URL-encoded or in base64, and where the text was cut off within
 * one. Servers quote what they were sent; what they say is kept and shown.
 */
export function withoutSecrets(text: string, secrets: readonly (string | null)[]): string {
  let clean = text;
  for (const form of secrets.flatMap((secret) => (secret === null ? [] : formsOf(secret)))) {
    clean = clean.replaceAll(form, '[secret]');
    const isCut = clean.endsWith('…');
    const whole = isCut ? clean.slice(0, -1) : clean;
    for (let length = form.length - 1; length >= SHORTEST_START; length -= 1) {
      if (!whole.endsWith(form.slice(0, length))) continue;
      clean = `${whole.slice(0, -length)}[secret]${isCut ? '…' : ''}`;
      break;
    }
  }
  return clean;
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64'),
    // Within a longer text without its padding, or in a URL.
    bytes.toString('base64url'),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}
