import type { CompleteTrial } from '../../../src/fingerprint/index.js';

/** A small fast generator of uniform numbers in [0, 1) (mulberry32), for simulations only. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const NOUNS =
  'river engine garden letter market winter planet window doctor village theory bridge music forest'.split(
    ' ',
  );
const VERBS =
  'moves holds brings turns shows keeps makes finds leaves needs helps starts changes opens'.split(' ');
const SMALL = 'the a this that every some our their'.split(' ');

/** What a simulated model is like. */
export interface Persona {
  /** Sentences, on average. */
  readonly sentences: number;
  /** Chance of an emoji after a sentence. */
  readonly emoji: number;
  /** Chance of a bold word in a sentence. */
  readonly bold: number;
}

export const PLAIN: Persona = { sentences: 6, emoji: 0, bold: 0.05 };
export const TUNED: Persona = { sentences: 14, emoji: 0.25, bold: 0.4 };

/** One answer of a simulated model. */
export function answer(random: () => number, persona: Persona = PLAIN): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  const sentences = 1 + Math.floor(random() * 2 * persona.sentences);
  const parts: string[] = [];
  for (let i = 0; i < sentences; i += 1) {
    const noun = random() < persona.bold ? `**${pick(NOUNS)}**` : pick(NOUNS);
    const emoji = random() < persona.emoji ? ' 🎉' : '';
    parts.push(
      `${pick(SMALL)} ${noun} ${pick(VERBS)} ${pick(SMALL)} ${pick(NOUNS)}${random() < 0.2 ? ',' : '.'}${emoji}`,
    );
    if (random() < 0.15) parts.push('\n\n');
  }
  return parts.join(' ');
}

export function trial(n: number, listed: string, ...released: string[]): CompleteTrial {
  return { kind: 'complete', suite: 's', promptId: `p${n}`, prompt: `Prompt ${n}`, listed, released };
}
