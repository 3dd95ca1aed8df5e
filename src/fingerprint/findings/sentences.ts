import type { StyleFeature } from '../features/style.js';
import type { FeatureSummary } from '../types.js';

type Named = Pick<StyleFeature, 'label' | 'unit' | 'form'>;

/** What the two kinds of answers that are compared are called. */
export interface Names {
  readonly listed: string;
  readonly released: string;
  readonly trials: string;
}

const SIDES: Names = { listed: 'listed', released: 'released', trials: 'trials' };

/** Says in plain words how one feature differs. `certain` false adds that it may still be chance. */
export function findingSentence(
  feature: Named,
  listed: FeatureSummary,
  released: FeatureSummary,
  estimate: number,
  certain: boolean,
  names: Names = SIDES,
): string {
  const sentence = describe(feature, listed, released, estimate, names);
  return certain ? sentence : `${sentence.slice(0, -1)}; taken alone, this may still be chance.`;
}

/** The plainest summary that points the way of the estimate; shares of trials where none does. */
function describe(
  feature: Named,
  listed: FeatureSummary,
  released: FeatureSummary,
  estimate: number,
  names: Names,
): string {
  const { form, label, unit } = feature;
  const agrees = (of: keyof FeatureSummary): boolean => (listed[of] - released[of]) * (estimate - 0.5) > 0;
  const yesOrNo = unit === 'answers';
  if ((form === 'length' || form === 'count') && agrees('median')) {
    const sentence = timesAs(form, unit, listed.median, released.median, names);
    if (sentence !== null) return sentence;
  }
  const gap = Math.abs(listed.presence - released.presence);
  const common = Math.min(listed.presence, released.presence) >= 0.5;
  if (form === 'presence' && agrees('presence') && (yesOrNo || gap >= (common ? 0.25 : 0.05))) {
    return `${label} in ${percent(listed.presence)} of ${names.listed} answers, ${percent(released.presence)} of ${names.released} ones.`;
  }
  if (form === 'presence' && agrees('mean') && !yesOrNo && !common) {
    return `${label}: on average ${measured(feature, listed.mean)} in ${names.listed} answers, ${amount(released.mean)} in ${names.released} ones.`;
  }
  if (agrees('median') && !yesOrNo && amount(listed.median) !== amount(released.median)) {
    const second = unit === 'share' ? percent(released.median) : amount(released.median);
    return `${label}: median ${measured(feature, listed.median)} in ${names.listed} answers, ${second} in ${names.released} ones.`;
  }
  const side = estimate >= 0.5 ? names.listed : names.released;
  const share = percent(Math.max(estimate, 1 - estimate));
  return `${label}: the ${side} answer has more in ${share} of ${names.trials} (ties count half).`;
}

/** The value with its unit, which is left out where the label says it. */
function measured({ label, unit }: Named, value: number): string {
  if (unit === 'share') return percent(value);
  return label.toLowerCase().includes(unit) ? amount(value) : `${amount(value)} ${unit}`;
}

/** "Listed answers are 2.9 times as long (median 410 words against 141)." Null where a ratio says nothing. */
function timesAs(
  form: 'length' | 'count',
  unit: string,
  listed: number,
  released: number,
  names: Names,
): string | null {
  const [high, low] = [Math.max(listed, released), Math.min(listed, released)];
  if (low <= 0 || amount(high) === amount(low)) return null;
  const [name, first, second] =
    listed > released ? [names.listed, listed, released] : [names.released, released, listed];
  const side = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  const medians = `(median ${amount(first)} ${unit} against ${amount(second)})`;
  const ratio = high / low;
  const times = amount(Math.round(10 * ratio) / 10);
  const factor = times === '2' ? 'twice' : `${times} times`;
  if (form === 'length') {
    return ratio >= 1.5
      ? `${side} answers are ${factor} as long ${medians}.`
      : `${side} answers are ${percent(ratio - 1)} longer ${medians}.`;
  }
  return ratio >= 1.5
    ? `${side} answers have ${factor} as many ${unit} ${medians}.`
    : `${side} answers have ${percent(ratio - 1)} more ${unit} ${medians}.`;
}

/** Three significant digits below 100, whole numbers above; no locale. */
function amount(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return String(Math.round(value * 10) / 10);
  return String(Math.round(value * (size < 1 ? 1000 : 100)) / (size < 1 ? 1000 : 100));
}

function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 1 ? Math.round(value * 10) / 10 : Math.round(value)} %`;
}
