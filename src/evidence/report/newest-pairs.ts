import { cutText } from '../../core/index.js';
import type { FindingExample } from '../../fingerprint/index.js';

const LONGEST = 1200;

/** How many of the newest pairs of answers a report shows. */
export const NEWEST_PAIRS = 3;

/** A prompt with both answers as a report shows them: cut. */
export function reportedPair({ promptId, prompt, listed, released }: FindingExample): FindingExample {
  return { promptId, prompt: excerpt(prompt), listed: excerpt(listed), released: excerpt(released) };
}

function excerpt(text: string): string {
  const cut = cutText(text, LONGEST);
  return cut.length < text.length ? `${cut}…` : cut;
}
