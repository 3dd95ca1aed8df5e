/** What a trial costs the engine: `npm run bench:engine`. Answers are 2 kB of seeded text. */
import { seededRandom } from '../src/core/index.js';
import { type CompleteTrial, createFold, defaultDefinition } from '../src/fingerprint/index.js';
import { atLeast, atMost, benchFlags, printFigures } from './_util/report.js';

const BYTES = 2_000;
const random = seededRandom('bench:engine');
const vocabulary = Array.from(
  { length: 3_000 },
  (_, i) =>
    `${random
      .uint32()
      .toString(36)
      .slice(0, 2 + (i % 7))}`,
);

function answer(): string {
  let text = '';
  while (text.length < BYTES) {
    const mark = random.below(12);
    text += `${random.pick(vocabulary)}${mark === 0 ? '. ' : mark === 1 ? ',\n\n- ' : ' '}`;
  }
  return text.slice(0, BYTES);
}

function main(): void {
  const { json, quick } = benchFlags();
  const far = quick ? 5_000 : 100_000;
  const window = quick ? 300 : 1_000;
  const trials = Array.from({ length: 500 }, (_, i): CompleteTrial => {
    const [listed, released] = [answer(), answer()];
    return {
      kind: 'complete',
      suite: 'bench',
      promptId: `p${i}`,
      prompt: 'bench',
      listed,
      released: [released],
    };
  });
  const fold = createFold(defaultDefinition(0.001));
  const timed = (from: number, count: number): number => {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) fold.add(trials[(from + i) % trials.length] as CompleteTrial);
    return (performance.now() - start) / count;
  };
  timed(0, 1_000);
  const early = timed(1_000, window);
  timed(1_000 + window, far - 1_000 - window);
  const late = timed(far, window);
  printFigures(
    'engine',
    [
      atLeast('trials a second on one core, features included', 1000 / early, '/s', 300),
      atMost(`cost of a trial after ${far} over that after 1,000`, late / early, 'times', 1.2),
    ],
    json,
  );
}

main();
