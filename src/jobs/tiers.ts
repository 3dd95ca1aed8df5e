import type { Suite } from '../probes/index.js';
import type { RoundTier } from '../store/index.js';
import type { RunnableWatch } from './context.js';

/** What a round of this tier asks: the suites, and the number of trials. */
export function promptsOf(
  { config, suites, canarySuites }: RunnableWatch,
  tier: RoundTier,
): { readonly suites: readonly Suite[]; readonly trials: number } {
  if (tier === 'canary' && config.canary)
    return { suites: canarySuites, trials: config.canary.trialsPerRound };
  return { suites, trials: config.trialsPerRound };
}
