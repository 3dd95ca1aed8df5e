import { type SeededRandom, seededRandom } from '../../src/core/index.js';
import type { CompleteTrial, TrialRecord, VoidTrial } from '../../src/fingerprint/index.js';

/**
 * Why answers go missing: `no voids`; `voids by side` that say nothing about the answer but hit one side far
 * more often; `voids by answer`: the listed side loses every answer above some length.
 */
export const VOID_RULES = ['no voids', 'voids by side', 'voids by answer'] as const;

export type VoidRule = (typeof VOID_RULES)[number];

/** A watch of two sides that are the same. */
export interface NullStream {
  readonly voids: VoidRule;
  /** Each round is 1 to 3 trials, each trial has 1 to 3 released answers. */
  readonly rounds: readonly (readonly TrialRecord[])[];
}

/** What the one model behind both sides of a stream is like. */
interface Habits {
  /** Lengths follow a Pareto law with this exponent: below 2 their variance is infinite, but for the cap. */
  readonly tail: number;
  /** Chance that a sentence has an emoji, that it is bold, that a heading stands above it. */
  readonly rare: number;
  /** Share of prompts that ask for one word, so that equal answers are common. */
  readonly blunt: number;
  /** How many times as long answers are at the end of the stream as at its start. */
  readonly drift: number;
  /** The number of words above which `voids by answer` loses an answer. */
  readonly limit: number;
}

/** What a prompt does to the answers of both sides alike. */
interface Prompt {
  readonly oneWord: boolean;
  readonly list: boolean;
  readonly words: number;
  readonly rare: number;
  readonly topic: readonly string[];
}

const ROUNDS = 200;
const MOST_WORDS = 100;
const FAILING_SIDE = 0.12;
const OTHER_SIDE = 0.02;
const ONE_WORD = ['Yes.', 'Yes.', 'Yes.', 'Yes', 'No.', 'No.', 'It depends.', ''];
const WORDS =
  'the a of to and it is not so then well each plain short long word text case part river engine garden letter market winter planet window doctor village theory bridge music forest moves holds brings turns shows keeps makes finds leaves needs you I we sure great maybe first next'.split(
    ' ',
  );

/** Null stream number `index`: everything about it is drawn from that number. */
export function nullStream(index: number): NullStream {
  const random = seededRandom(`null stream ${index}`);
  const voids = VOID_RULES[index % VOID_RULES.length] ?? 'no voids';
  const habits: Habits = {
    tail: 1.1 + 1.4 * random.unit(),
    rare: random.pick([0.002, 0.02, 0.1]),
    blunt: random.pick([0.1, 0.4, 0.8]),
    drift: random.pick([1, 1, 3]),
    limit: random.pick([25, 50, 80]),
  };
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, (_, i) => {
      const prompt = drawPrompt(random, habits, round / ROUNDS);
      return losing(random, voids, habits, drawTrial(random, habits, prompt, `${round}.${i}`));
    }),
  );
  return { voids, rounds };
}

function drawPrompt(random: SeededRandom, habits: Habits, age: number): Prompt {
  return {
    oneWord: random.unit() < habits.blunt,
    list: random.below(6) === 0,
    words: random.pick([2, 4, 8]) * (1 + (habits.drift - 1) * age),
    rare: habits.rare * random.pick([0.3, 1, 4]),
    topic: Array.from({ length: 12 }, () => random.pick(WORDS)),
  };
}

function drawTrial(random: SeededRandom, habits: Habits, prompt: Prompt, id: string): CompleteTrial {
  const answers = Array.from({ length: random.pick([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3]) }, () =>
    drawAnswer(random, habits, prompt),
  );
  return {
    kind: 'complete',
    suite: 'null',
    promptId: id,
    prompt: id,
    listed: drawAnswer(random, habits, prompt),
    released: answers,
  };
}

function drawAnswer(random: SeededRandom, habits: Habits, prompt: Prompt): string {
  if (prompt.oneWord) return random.pick(ONE_WORD);
  const length = Math.min(MOST_WORDS, Math.ceil(prompt.words * (1 - random.unit()) ** (-1 / habits.tail)));
  let text = '';
  for (let written = 0; written < length; ) {
    const sentence = Math.min(length - written, 2 + random.below(9));
    const words = Array.from({ length: sentence }, () =>
      random.pick(random.below(3) === 0 ? WORDS : prompt.topic),
    ).join(' ');
    if (random.unit() < prompt.rare) text += '## Part\n\n';
    if (prompt.list) text += '- ';
    text += random.unit() < prompt.rare ? `**${words}**` : words;
    text += random.pick(['.', '.', '.', '!', '?']);
    if (random.unit() < prompt.rare) text += ' 🎉';
    text += prompt.list ? '\n' : random.below(8) === 0 ? '\n\n' : ' ';
    written += sentence;
  }
  return text;
}

/** The trial, or what is left of it when an answer goes missing. */
function losing(random: SeededRandom, voids: VoidRule, habits: Habits, trial: CompleteTrial): TrialRecord {
  const { suite, promptId } = trial;
  const lost = (cause: VoidTrial['cause'], side: VoidTrial['side'], reason: string): VoidTrial => ({
    kind: 'void',
    suite,
    promptId,
    cause,
    side,
    reason,
  });
  if (voids === 'voids by side') {
    if (random.unit() < FAILING_SIDE) return lost('free', 'listed', 'rate-limited');
    if (trial.released.some(() => random.unit() < OTHER_SIDE))
      return lost('free', 'released', 'rate-limited');
  }
  if (voids === 'voids by answer' && trial.listed.split(' ').length > habits.limit) {
    return lost('content', 'listed', 'timeout');
  }
  return trial;
}
