import { canonicalJson, type Json, sha256 } from '../../core/index.js';
import { type PlannedTrial, planRound, type Suite } from '../../probes/index.js';
import { asProblem, BundleProblem } from './errors.js';
import type { LoggedRound } from './watch-log.js';

/** Holds each round's plan against its hash, and plans it anew from its seed. */
export interface RoundCheck {
  /** Takes a finished round's trials, in order. @throws BundleProblem naming the plan's entry */
  add(round: LoggedRound, trials: readonly PlannedTrial[]): Promise<void>;
  /** Rounds that were planned anew, to the same plan. */
  replanned(): number;
}

/**
 * @param suites by their hash; null where the prompts came with recorded answers: their plans are bound by the hashes,
 * but no suite can be checked
 */
export function createRoundCheck(suites: ReadonlyMap<string, Suite> | null): RoundCheck {
  const used = new Set<string>();
  let replanned = 0;
  return {
    replanned: () => replanned,
    add: async (round, trials) => {
      const { height, planHash } = round;
      if (sha256(canonicalJson(trials as unknown as Json)) !== planHash)
        throw new BundleProblem(
          `entry ${height}: the prompts of round ${round.round} are not the ones that were planned`,
          height,
        );
      if (suites !== null) {
        await replan(round, suites, used);
        replanned += 1;
      }
      for (const { promptHash } of trials) {
        if (used.has(promptHash))
          throw new BundleProblem(
            `entry ${height}: a prompt of round ${round.round} was used before`,
            height,
          );
        used.add(promptHash);
      }
    },
  };
}

/** Nobody picked the prompts: the seed that was committed to, and the suites, lead to them. */
async function replan(
  { height, round, asked, releasedPerTrial, planHash, seed, suites: refs }: LoggedRound,
  suites: ReadonlyMap<string, Suite>,
  used: ReadonlySet<string>,
): Promise<void> {
  const chosen = refs.map(({ id, version, hash }) => {
    const suite = suites.get(hash);
    if (suite?.id !== id || suite.version !== version)
      throw new BundleProblem(
        `entry ${height}: round ${round} asked a suite that is not in the bundle`,
        height,
      );
    return suite;
  });
  let plan: readonly PlannedTrial[];
  try {
    plan = await planRound({
      suites: chosen,
      seed: seed ?? '',
      trials: asked,
      releasedPerTrial,
      used: async (hashes) => new Set(hashes.filter((one) => used.has(one))),
    });
  } catch (error) {
    throw asProblem(height, error);
  }
  if (sha256(canonicalJson(plan as unknown as Json)) !== planHash)
    throw new BundleProblem(
      `entry ${height}: the seed and the suites lead to other prompts than those of round ${round}`,
      height,
    );
}
