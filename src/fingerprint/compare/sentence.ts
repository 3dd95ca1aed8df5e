import type { ComparisonResult } from './types.js';

/** Said beside every verdict on recorded answers. */
export const ASSUMPTION: string =
  'That the two answers of a pair are exchangeable if the sides are the same is assumed here, not arranged: nothing is known of when, in what order and with which settings these answers were recorded. A different day, system prompt, temperature or way of recording can each make them differ.';

type Said = Pick<
  ComparisonResult,
  | 'verdict'
  | 'severity'
  | 'alpha'
  | 'eValue'
  | 'log10E'
  | 'trials'
  | 'orders'
  | 'trialsStillNeeded'
  | 'unpaired'
  | 'repeated'
  | 'promptMismatches'
> & { readonly equivalenceMargin: number };

/** The verdict of a comparison in words, with what was left out. */
export function comparisonSentence(said: Said): string {
  return [verdictPart(said), ...leftOutParts(said)].join(' ');
}

function verdictPart(said: Said): string {
  const { verdict, trials, orders, alpha } = said;
  if (trials === 0) return 'Undecided: there is no prompt that both sides answered.';
  const evidence = `${trials} pairs in ${orders} random orders give an average e-value of ${eValueText(said)}; ${Math.round(1 / alpha)} is asked`;
  switch (verdict) {
    case 'different': {
      const size =
        said.severity === 'material'
          ? 'and at least one habit differs by much'
          : 'with no single habit proven to differ by much';
      return `The two sides give distinguishable answers, ${size}: ${evidence}.`;
    }
    case 'equivalent':
      return `No measured habit, and no learnt difference, tells the sides apart by more than the margin of ${said.equivalenceMargin}: ${evidence}. This speaks of these answers and these features only.`;
    case 'unreadable':
      return 'No verdict: too many answers are missing.';
    case 'undecided': {
      const { trialsStillNeeded: more } = said;
      const hint = more === null ? '' : ` About ${more} more may decide it.`;
      return `Undecided: the answers show no proven difference, and sameness is not proven either. ${evidence}.${hint}`;
    }
  }
}

function eValueText({ eValue, log10E }: Said): string {
  return Math.abs(log10E) < 4 ? String(Number(eValue.toPrecision(3))) : `10^${log10E.toFixed(1)}`;
}

function leftOutParts({ unpaired, repeated, promptMismatches }: Said): string[] {
  const parts: string[] = [];
  if (unpaired > 0) parts.push(`${unpaired} answers have no partner on the other side.`);
  if (repeated > 0) {
    parts.push(
      `${repeated} pairs were not counted, because one of their answers had been given to the same prompt before.`,
    );
  }
  if (promptMismatches > 0) {
    parts.push(`${promptMismatches} prompt ids stand for different prompts on the two sides.`);
  }
  return parts;
}
