import { describe, expect, it } from 'vitest';
import { type AnswerRecord, compare } from '../../../src/fingerprint/index.js';
import { parseSuite, planRound } from '../../../src/probes/index.js';
import { ALPHA, type Annotate, alarms, count, Model, show } from './null-runs.js';

const RUNS = 25;
const FEW_PROMPTS = 4;
const model = Model.of(1, 40);

/** How a side answers a prompt. Both sides of every watch here are one and the same model. */
type Source = (prompt: string) => string;
type Sides = (random: () => number) => { readonly listed: Source; readonly released: Source };

const fresh =
  (random: () => number): Source =>
  () =>
    model.draw(random);

/** Draws some answers to each prompt once and gives these in turn for ever. */
function recorded(random: () => number, perPrompt = 1): Source {
  const uses = new Map<string, { readonly texts: readonly string[]; next: number }>();
  return (prompt) => {
    const texts = Array.from({ length: perPrompt }, () => model.draw(random));
    const use = uses.get(prompt) ?? { texts, next: 0 };
    uses.set(prompt, use);
    use.next += 1;
    return use.texts[use.next % perPrompt] ?? '';
  };
}

/** The wrong way: the same few prompts again and again, and every trial is bet on. */
function repeats(sides: Sides): number {
  return count(RUNS, 1, (random) => {
    const { listed, released } = sides(random);
    return alarms(60, (fold) => {
      const prompt = `Question ${Math.floor(random() * FEW_PROMPTS)}?`;
      fold.addFeatures(model.features(listed(prompt), released(prompt)));
    });
  });
}

const suite = parseSuite(
  `{ id: s, version: 1, title: S,
    fixed: [${Array.from({ length: FEW_PROMPTS }, (_, i) => `{ id: p${i}, prompt: Question ${i}? }`).join()}],
    dynamic: [{ id: d, template: 'About {x} and {y}?', slots: { x: $n, y: $n } }],
    lists: { n: [${Array.from({ length: 12 }, (_, i) => `n${i}`).join()}] } }`,
  's.yaml',
);

/** The prompts of a watch's first 8 rounds, each planned knowing what was used before. */
async function plannedPrompts(seed: string): Promise<string[]> {
  const used = new Map<string, string>();
  for (let round = 0; round < 8; round += 1) {
    const plan = await planRound({
      suites: [suite],
      seed: `${seed}/${round}`,
      trials: 5,
      releasedPerTrial: 1,
      used: async (hashes) => new Set(hashes.filter((hash) => used.has(hash))),
    });
    for (const trial of plan) used.set(trial.promptHash, trial.prompt);
  }
  expect(used.size).toBe(40);
  return [...used.values()];
}

async function watches(sides: Sides): Promise<number> {
  const plans: string[][] = [];
  for (let run = 0; run < RUNS; run += 1) plans.push(await plannedPrompts(`${run}`));
  return count(RUNS, 2, (random) => {
    const { listed, released } = sides(random);
    const prompts = plans.pop() ?? [];
    return alarms(prompts.length, (fold) => {
      const prompt = prompts.pop() ?? '';
      fold.addFeatures(model.features(listed(prompt), released(prompt)));
    });
  });
}

/** `twinwatch compare` on files with twelve answers to each of 4 prompts and one to each of 12. */
function comparisons(sides: Sides): number {
  return count(RUNS, 3, (random) => {
    const { listed, released } = sides(random);
    const asked = Array.from({ length: 60 }, (_, i) => `Question ${i < 48 ? i % FEW_PROMPTS : i}?`);
    const records = (source: Source): AnswerRecord[] =>
      asked.map((prompt) => ({ prompt_id: prompt, prompt, response: source(prompt) }));
    const files = { listed: records(listed), released: records(released) };
    const result = compare({ ...files, seed: `${random()}`, alpha: ALPHA, orders: 1, permutations: 1 });
    expect(result.trials + result.repeated).toBe(60);
    expect(result.trials).toBeGreaterThanOrEqual(16);
    return result.verdict === 'different';
  });
}

async function showTrap(annotate: Annotate, sides: Sides, wrongAtLeast: number): Promise<void> {
  await show(annotate, {
    runs: RUNS,
    wrong: { 'betting on every repetition': { alarms: repeats(sides), atLeast: wrongAtLeast } },
    sound: {
      'ours, a watch: its plan has each prompt once an epoch': await watches(sides),
      'ours, compare: answers that were given before are left out': comparisons(sides),
    },
  });
}

/*
 * The fold can't know that an answer is a copy: it is the planner, and for recorded answers the pairing, that
 * keeps copies away from it. Without either, its rate is that of the wrong way. A copy that was changed by a
 * word is not recognised in recorded files; a plan without repeated prompts holds off that too.
 */
describe('trap 1: reference answers reused across trials', () => {
  it('one recorded answer a prompt: betting on each use alarms nearly always, ours keeps to alpha', async ({
    annotate,
  }) => {
    await showTrap(annotate, (r) => ({ listed: fresh(r), released: recorded(r) }), 0.75);
  });

  it('two recorded answers a prompt, in turn: betting on each use alarms often, ours keeps to alpha', async ({
    annotate,
  }) => {
    await showTrap(annotate, (r) => ({ listed: fresh(r), released: recorded(r, 2) }), 0.6);
  });
});

describe('trap 2: frozen answers to repeated prompts', () => {
  it('a cache or temperature 0: betting on each repetition alarms nearly always, ours keeps to alpha', async ({
    annotate,
  }) => {
    await showTrap(annotate, (r) => ({ listed: recorded(r), released: recorded(r) }), 0.75);
  });

  it('the control: with fresh answers the same repeated prompts raise no more alarms than alpha', async ({
    annotate,
  }) => {
    const alarmed = repeats((r) => ({ listed: fresh(r), released: fresh(r) }));
    await show(annotate, { runs: RUNS, sound: { control: alarmed } });
  });
});
