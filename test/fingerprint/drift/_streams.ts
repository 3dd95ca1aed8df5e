import { STYLE_FEATURES } from '../../../src/fingerprint/features/style.js';
import { createDrift, type Drift, describeAnswer, ENGINE_VERSION } from '../../../src/fingerprint/index.js';
import { answer, type Persona } from '../_util/answers.js';

export const definition = (alpha: number): { readonly engine: string; readonly alpha: number } => ({
  engine: ENGINE_VERSION,
  alpha,
});

/** What a test feeds: a stratum, and the style of an answer or null. */
export interface Fed {
  readonly stratum: string;
  readonly style: Float64Array | null;
}

/** Style values that begin with these; the rest are 0. */
export function style(...values: readonly number[]): Float64Array {
  return Float64Array.from(STYLE_FEATURES, (_, f) => values[f] ?? 0);
}

/** An answer of a simulated model, in one of a few unequal strata. */
export function spoken(random: () => number, persona: Persona): Fed {
  const values = describeAnswer(answer(random, persona)).map(({ value }) => value);
  return { stratum: pickStratum(random), style: Float64Array.from(values) };
}

/** An answer of whole numbers with many ties, whose size depends on the stratum. */
export function discrete(random: () => number): Fed {
  const stratum = pickStratum(random);
  const size = stratum === 's/fixed' ? 8 : 2;
  const mood = Math.floor(random() * 3);
  return {
    stratum,
    style: Float64Array.from(STYLE_FEATURES, (_, f) =>
      f % 3 === 0 ? mood + Math.floor(random() * size) : random() < 0.1 ? 1 : 0,
    ),
  };
}

function pickStratum(random: () => number): string {
  const at = random();
  return at < 0.6 ? 's/fixed' : at < 0.9 ? 's/common' : `s/rare-${Math.floor(random() * 20)}`;
}

/** Follows answers numbered from `from`. */
export function follow(drift: Drift, fed: readonly Fed[], from = 0): void {
  fed.forEach((one, i) => {
    drift.add({ seq: from + i, ...one });
  });
}

export function followed(alpha: number, fed: readonly Fed[]): Drift {
  const drift = createDrift(definition(alpha));
  follow(drift, fed);
  return drift;
}
