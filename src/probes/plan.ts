import { canonicalText, type SeededRandom, seededRandom, sha256 } from '../core/index.js';
import { ProbeError } from './errors.js';
import type { Suite } from './suite-source.js';
import { fillTemplate } from './suites.js';

/** One place of a trial: the listed answer, or the released answer number `n` (from 0). */
export type Slot = 'listed' | `released:${number}`;

/** A trial before it is run. */
export interface PlannedTrial {
  readonly suite: string;
  readonly promptId: string;
  readonly prompt: string;
  readonly promptHash: string;
  /** The m + 1 slots in sending order. */
  readonly order: readonly Slot[];
}

export interface PlanOptions {
  readonly suites: readonly Suite[];
  /** Secret until the round is over. */
  readonly seed: string;
  readonly trials: number;
  /** m: released answers per trial. */
  readonly releasedPerTrial: number;
  /** Which of these prompt hashes were used before in this epoch. */
  readonly used: (hashes: readonly string[]) => Promise<ReadonlySet<string>>;
}

/**
 * Plans a round. Its trials are shared out equally over the suites (they differ by one at most, and the
 * seed says which get one more). Of each suite's share about half are fixed prompts while unused ones
 * last, the rest are templates filled from the seed; a suite that has run out leaves its share to the
 * others. No prompt is ever planned twice in an epoch: an endpoint that caches would give its frozen
 * answer again, and frozen answers to repeated prompts raise false alarms.
 * The seed, the suites and the prompts used before determine the plan completely.
 * @throws ProbeError when the suites have no unused prompt left
 */
export async function planRound(options: PlanOptions): Promise<PlannedTrial[]> {
  const random = seededRandom(options.seed);
  const chosen = new Map<string, Candidate>();
  let sources = random
    .fork('suites')
    .shuffle(options.suites)
    .map((suite) => ({ suite, random: random.fork(`suite ${suite.id}`) }));
  while (chosen.size < options.trials && sources.length > 0) {
    const shares = shareOut(options.trials - chosen.size, sources.length);
    const lasting: typeof sources = [];
    for (const [i, source] of sources.entries()) {
      const share = shares[i] ?? { trials: 0, fixed: 0 };
      if (await chooseFrom(source, share, chosen, options)) lasting.push(source);
    }
    sources = lasting;
  }
  if (chosen.size === 0) {
    throw new ProbeError('every prompt of the suites was used in this epoch; add templates or another suite');
  }
  const order = random.fork('order');
  const slots: Slot[] = ['listed'];
  for (let i = 0; i < options.releasedPerTrial; i += 1) slots.push(`released:${i}`);
  return order
    .shuffle([...chosen.values()])
    .map((candidate) => ({ ...candidate, order: order.shuffle(slots) }));
}

type Candidate = Omit<PlannedTrial, 'order'>;

interface Source {
  readonly suite: Suite;
  readonly random: SeededRandom;
}

interface Share {
  readonly trials: number;
  /** How many of them are fixed prompts where there are enough. */
  readonly fixed: number;
}

/** Equal shares; of the odd ones every second has the larger half fixed, so that half of the round is. */
function shareOut(trials: number, suites: number): Share[] {
  let odd = 0;
  return Array.from({ length: suites }, (_, i) => {
    const share = Math.floor(trials / suites) + (i < trials % suites ? 1 : 0);
    odd += share % 2;
    return { trials: share, fixed: Math.floor(share / 2) + (share % 2 === 1 && odd % 2 === 0 ? 1 : 0) };
  });
}

/** Adds a suite's share to `chosen`. False when the suite has no more to give. */
async function chooseFrom(
  { suite, random }: Source,
  share: Share,
  chosen: Map<string, Candidate>,
  options: PlanOptions,
): Promise<boolean> {
  const start = chosen.size;
  const goal = start + share.trials;
  await choose(chosen, fixedCandidates(suite, random), start + share.fixed, options);
  // A batch is tried a few times: with a large space the first nearly always suffices.
  for (let attempt = 0; attempt < 20 && chosen.size < goal; attempt += 1) {
    await choose(chosen, dynamicCandidates(suite, random, (goal - chosen.size) * 2), goal, options);
  }
  // Suites without templates: whatever fixed prompts are left.
  await choose(chosen, fixedCandidates(suite, random), goal, options);
  return chosen.size === goal;
}

async function choose(
  chosen: Map<string, Candidate>,
  candidates: readonly Candidate[],
  upTo: number,
  options: PlanOptions,
): Promise<void> {
  if (chosen.size >= upTo || candidates.length === 0) return;
  const used = await options.used(candidates.map((candidate) => candidate.promptHash));
  for (const candidate of candidates) {
    if (chosen.size >= upTo) return;
    if (!used.has(candidate.promptHash) && !chosen.has(candidate.promptHash))
      chosen.set(candidate.promptHash, candidate);
  }
}

function fixedCandidates(suite: Suite, random: SeededRandom): Candidate[] {
  return random.shuffle(suite.fixed.map(({ id, prompt }) => candidate(suite, id, prompt)));
}

function dynamicCandidates(suite: Suite, random: SeededRandom, count: number): Candidate[] {
  if (suite.dynamic.length === 0) return [];
  return Array.from({ length: count }, () => {
    const template = random.pick(suite.dynamic);
    return candidate(suite, template.id, fillTemplate(template, random));
  });
}

function candidate(suite: Suite, promptId: string, prompt: string): Candidate {
  return { suite: suite.id, promptId, prompt, promptHash: sha256(canonicalText(prompt)) };
}
