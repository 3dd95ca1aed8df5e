import { STYLE_FEATURES, type StyleFeature } from '../features/style.js';
import { SURENESS_FEATURES } from '../features/sureness.js';
import { eBH } from '../stats/index.js';
import type { EngineDefinition, Finding } from '../types.js';
import type { RunningMeans } from './running-means.js';
import type { TrialSamples } from './samples.js';
import { findingSentence } from './sentences.js';

const MOST_FINDINGS = 12;
const FEWEST_WHEN_DIFFERENT = 3;

type Described = Omit<StyleFeature, 'value'>;

/** What a report says of texts: the style features and the language. */
export const DESCRIBED: readonly Described[] = [
  ...STYLE_FEATURES,
  {
    id: 'other-language',
    label: 'A language other than English',
    unit: 'answers',
    form: 'presence',
    group: 'language',
  },
];

/** What a report describes: {@link DESCRIBED} and, where both sides give log-probabilities, how sure they were. */
export function describedFeatures({ logProbs }: Pick<EngineDefinition, 'logProbs'>): readonly Described[] {
  return logProbs ? [...DESCRIBED, ...SURENESS_FEATURES] : DESCRIBED;
}

/**
 * The named differences, largest first. A feature counts as certain when e-BH selects its e-value against "neither
 * side has more" at `confidenceAlpha`. The intervals are at level confidenceAlpha · selected/all, so that those of
 * certain features exclude ½ and the expected share of wrong ones among the selected is at most `confidenceAlpha`
 * (Xu, Wang and Ramdas, Biometrika 2024, doi:10.1093/biomet/asae064). When the verdict is `different` and fewer
 * than three are certain, the features that lean most fill up, and say so.
 */
export function listFindings(
  definition: EngineDefinition,
  means: RunningMeans,
  samples: TrialSamples,
  different: boolean,
): Finding[] {
  const { confidenceAlpha } = definition;
  const features = describedFeatures(definition);
  const certain = eBH(
    features.map((_, i) => means.evidence(i)),
    confidenceAlpha,
  );
  const level = (confidenceAlpha * Math.max(1, certain.filter(Boolean).length)) / features.length;
  const ranked = features
    .map((feature, index) => ({ feature, index, lead: Math.abs(means.mean(index) - 0.5) }))
    .filter((row) => row.lead > 0)
    .sort((a, b) => b.lead - a.lead);
  const pick = (wanted: boolean, taken: ReadonlySet<string>, most: number): typeof ranked => {
    const rows = ranked.filter((row) => certain[row.index] === wanted && !taken.has(row.feature.group));
    return rows
      .filter((row, i) => rows.findIndex((r) => r.feature.group === row.feature.group) === i)
      .slice(0, most);
  };
  const sure = pick(true, new Set(), MOST_FINDINGS);
  const fill = different ? Math.max(0, FEWEST_WHEN_DIFFERENT - sure.length) : 0;
  const leaning = pick(false, new Set(sure.map((row) => row.feature.group)), fill);
  return [...sure, ...leaning].map((row) =>
    describe(
      row.feature,
      row.index,
      means.interval(row.index, level),
      certain[row.index] === true,
      definition,
      samples,
    ),
  );
}

function describe(
  feature: Described,
  index: number,
  superiority: Finding['superiority'],
  certain: boolean,
  definition: EngineDefinition,
  samples: TrialSamples,
): Finding {
  const listed = samples.summary(index, 'listed');
  const released = samples.summary(index, 'released');
  return {
    feature: feature.id,
    sentence: findingSentence(feature, listed, released, superiority.estimate, certain),
    superiority,
    listed,
    released,
    unit: feature.unit,
    material:
      superiority.low > 0.5 + definition.materialMargin || superiority.high < 0.5 - definition.materialMargin,
    examples: samples.examples(index, superiority.estimate > 0.5 ? 1 : -1),
  };
}
