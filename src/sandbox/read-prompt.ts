import { createHash } from 'node:crypto';
import type { Grammar, Kind } from './grammar.js';

/** What the grammar takes from a prompt. The same for every variant, so that variants differ in style only. */
export interface PromptTraits {
  readonly kind: Kind;
  /** What the prompt is about, in its own words, in order of appearance; never empty. */
  readonly topics: readonly string[];
  /** The numbers in the prompt. */
  readonly numbers: readonly string[];
  /** Times the length of an answer. */
  readonly length: number;
  /** Decides which alternatives this prompt favours: answers to one prompt resemble each other. */
  readonly salt: number;
}

/** Past this many characters a prompt steers no further. */
const READ_LIMIT = 4000;

/**
 * Reads a prompt: its kind by the first kind with a cue in it, its topics as runs of words that are
 * neither stop words nor cues. `system` only matters for how brief the answer shall be.
 */
export function readPrompt(grammar: Grammar, prompt: string, system: string): PromptTraits {
  const text = prompt.slice(0, READ_LIMIT);
  const tokens = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s\p{L}\p{N}]/gu) ?? [];
  const flat = ` ${tokens.join(' ').toLowerCase()} `;
  const kind = grammar.kinds.find(({ cues }) => cues.some((cue) => flat.includes(` ${cue} `)));
  const brevity = ` ${system.slice(0, READ_LIMIT).toLowerCase()} ${flat}`;
  const brief = grammar.brief.some((cue) => brevity.includes(` ${cue} `));
  const digest = createHash('sha256').update(prompt).digest();
  const topics = findTopics(tokens, grammar.stopwords);
  return {
    kind: kind ?? (grammar.kinds.at(-1) as Kind),
    topics: topics.length > 0 ? topics : ['the question'],
    numbers: tokens.filter((token) => /^\d{1,9}$/.test(token)).slice(0, 4),
    length: (0.75 + 0.55 * (digest.readUInt16BE(0) / 0x10000)) * (brief ? 0.5 : 1),
    salt: digest.readUInt32BE(2),
  };
}

function findTopics(tokens: readonly string[], stopwords: ReadonlySet<string>): string[] {
  const topics: string[] = [];
  let run: string[] = [];
  const close = (): void => {
    // A long run is rather a clause than a subject; its end is where English puts the noun.
    const topic = run.slice(-3).join(' ');
    if (topic !== '' && !topics.includes(topic)) topics.push(topic);
    run = [];
  };
  for (const token of tokens) {
    const word = token.toLowerCase();
    if (stopwords.has(word) || word.length < 3 || /^\P{L}/u.test(token)) close();
    else run.push(topics.length === 0 && run.length === 0 && token === tokens[0] ? word : token);
  }
  close();
  return topics.slice(0, 5);
}
