import { canonicalText, type SeededRandom, seededRandom, sha256 } from '../core/index.js';
import { ProbeError } from './errors.js';
import { fillTemplate, type Suite } from './suites.js';

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
 * Plans a round: about half of its prompts are fixed ones while unused ones last, the rest are
 * templates filled from the seed. No prompt is ever planned twice in an epoch: an endpoint that caches
 * would give its frozen answer again, and frozen answers to repeated prompts raise false alarms.
 * The seed, the suites and the prompts used before determine the plan completely.
 * @throws ProbeError when the suites have no unused prompt left
 */
export async function planRound(options: PlanOptions): Promise<PlannedTrial[]> {
  const random = seededRandom(options.seed);
  const chosen = new Map<string, Candidate>();
  await choose(
    chosen,
    fixedCandidates(options.suites, random.fork('fixed')),
    Math.floor(options.trials / 2),
    options,
  );
  const dynamic = random.fork('dynamic');
  // A batch is tried a few times: with a large space the first nearly always suffices.
  for (let attempt = 0; attempt < 20 && chosen.size < options.trials; attempt += 1) {
    const batch = dynamicCandidates(options.suites, dynamic, (options.trials - chosen.size) * 2);
    await choose(chosen, batch, options.trials, options);
  }
  // Suites without templates: whatever fixed prompts are left.
  await choose(chosen, fixedCandidates(options.suites, random.fork('rest')), options.trials, options);
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

async function choose(
  chosen: Map<string, Candidate>,
  candidates: readonly Candidate[],
  upTo: number,
  options: PlanOptions,
): Promise<void> {
  if (chosen.size >= upTo) return;
  const used = await options.used(candidates.map((candidate) => candidate.promptHash));
  for (const candidate of candidates) {
    if (chosen.size >= upTo) return;
    if (!used.has(candidate.promptHash) && !chosen.has(candidate.promptHash))
      chosen.set(candidate.promptHash, candidate);
  }
}

function fixedCandidates(suites: readonly Suite[], random: SeededRandom): Candidate[] {
  return random.shuffle(suites.flatMap((suite) => suite.fixed.map((f) => candidate(suite, f.id, f.prompt))));
}

function dynamicCandidates(suites: readonly Suite[], random: SeededRandom, count: number): Candidate[] {
  const templates = suites.flatMap((suite) => suite.dynamic.map((template) => ({ suite, template })));
  if (templates.length === 0) return [];
  return Array.from({ length: count }, () => {
    const { suite, template } = random.pick(templates);
    return candidate(suite, template.id, fillTemplate(template, random));
  });
}

function candidate(suite: Suite, promptId: string, prompt: string): Candidate {
  return { suite: suite.id, promptId, prompt, promptHash: sha256(canonicalText(prompt)) };
}
