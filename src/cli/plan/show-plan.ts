import { type Limit, MONTH, type SidePlan, type Tier, type Use, type WatchPlan } from '../../app/index.js';
import { plainLine } from '../../core/index.js';
import { counted } from '../figures.js';
import type { Terminal } from '../terminal.js';
import { wrapped } from '../wrap.js';
import type { Detection, Difference } from './simulation.js';

const width = 80;

/** Detections of a plan, and the number of trials that a run had at most. */
export interface SimulatedPlan {
  readonly detections: readonly Detection[];
  readonly cap: number;
}

/** Prints what a watch will ask, what that costs, and what it would find. */
export function showPlan(plan: WatchPlan, { detections, cap }: SimulatedPlan, out: Terminal): void {
  out.line(out.paint('bold', plainLine(`${plan.watch}: ${plan.title}`, width)));
  for (const [name, side] of Object.entries(plan.sides))
    labelled(name, `${side.model} at ${side.place}`, out);
  for (const tier of plan.tiers) labelled(tier.kind === 'full' ? 'rounds' : 'canary', tierLine(tier), out);
  out.line();
  showUse(plan, out);
  out.line();
  for (const line of countedLines(plan)) paragraph(line, out);
  for (const limit of plan.limits) paragraph(`note: ${limitLine(limit, plan)}`, out, 'yellow');
  out.line();
  showDetections(plan, detections, cap, out);
}

function paragraph(text: string, out: Terminal, style?: Parameters<Terminal['paint']>[0]): void {
  for (const line of wrapped(plainLine(text, 1000), width))
    out.line(style === undefined ? line : out.paint(style, line));
}

function labelled(label: string, text: string, out: Terminal): void {
  for (const [i, line] of wrapped(plainLine(text, 1000), width - 10).entries())
    out.line(`${(i === 0 ? label : '').padEnd(10)}${line}`);
}

function tierLine({ cron, timezone, suites, trialsPerRound }: Tier): string {
  return `${counted(trialsPerRound, 'trial')} each at "${cron}" ${timezone}, from ${suites.join(', ')}`;
}

function showUse(plan: WatchPlan, out: Terminal): void {
  const row = (name: string, day: string, month: string): void =>
    out.line(`${name.padEnd(20)} ${day.padStart(18)} ${month.padStart(18)}`);
  row('', 'a day', `${MONTH} days`);
  for (const { kind, roundsPerDay, roundsPerMonth, isExact } of plan.tiers) {
    const about = isExact ? '' : 'about ';
    row(
      kind === 'full' ? 'rounds' : 'canary rounds',
      `${about}${rounded(roundsPerDay)}`,
      `${about}${rounded(roundsPerMonth)}`,
    );
  }
  const { listed, released } = plan.sides;
  const sides: [string, SidePlan][] = [
    ['listed', listed],
    ['released', released],
  ];
  const each = (what: string, cell: (side: SidePlan, use: Use) => string): void => {
    for (const [name, side] of sides)
      row(`${what}, ${name}`, cell(side, side.perDay), cell(side, side.perMonth));
  };
  each('requests', (_, use) => rounded(use.requests));
  each('tokens', (_, use) => (use.tokens === null ? '–' : rounded(use.tokens)));
  each('cost', (side, use) => costOf(side, use));
}

function costOf({ currency, answerTokens }: SidePlan, { cost }: Use): string {
  if (cost !== null) return `${currency ?? ''} ${money(cost)}`;
  return answerTokens === null ? '–' : 'no price given';
}

/** What the figures rest on. */
function countedLines({ sides, tiers }: WatchPlan): string[] {
  const lines: string[] = [];
  const api = Object.entries(sides).filter(([, side]) => side.answerTokens !== null);
  if (api.length > 0) {
    const sizes = tiers.map((tier) => `${Math.round(tier.promptTokens)}`).join(' and ');
    const answers = api.map(([name, side]) => {
      const guess = side.isAssumed ? ', a guess: max_tokens is not set' : ', its max_tokens';
      return `${rounded(side.answerTokens ?? 0)} of the ${name} side${guess}`;
    });
    lines.push(
      `Counted: about ${sizes} tokens a prompt, and for an answer ${answers.join('; ')}. ` +
        'Answers are often shorter. Retries and thinking beyond max_tokens come on top.',
    );
  }
  const isBrowser = Object.values(sides).some(({ kind }) => kind === 'browser');
  if (isBrowser) lines.push('A web site gives no count of tokens and no price.');
  return lines;
}

function limitLine(limit: Limit, plan: WatchPlan): string {
  if (limit.kind === 'rate') {
    const share = Math.floor(100 * limit.share);
    return `at its rate limit ${limit.place} answers about ${share} % of the requests that the schedule wants: rounds will be skipped`;
  }
  if (limit.kind === 'prompts') {
    const name = limit.tier === 'full' ? '' : ' of the canary';
    return `the prompts${name} last for about ${rounded(limit.days)} days: there are ${rounded(limit.prompts)}, and each is used once`;
  }
  const { place, budget, share, sharedWith } = limit;
  const [full] = plan.tiers;
  const rounds = full?.roundsPerDay ?? 0;
  const when =
    budget === 'money_per_month'
      ? `after about ${rounded(share * MONTH)} of ${MONTH} days, and pauses until the month ends`
      : `after about ${rounded(share * rounds)} of ${rounded(rounds)} rounds a day, and pauses until the day ends (UTC)`;
  const more = sharedWith.length > 5 ? ' and others' : '';
  const others =
    sharedWith.length === 0 ? '' : `; it is also used by ${sharedWith.slice(0, 5).join(', ')}${more}`;
  return `the watch uses up ${budget} at ${place} ${when}${others}`;
}

const names: Readonly<Record<Difference, string>> = {
  'maverick-like': 'different, as Maverick',
  medium: 'different, medium',
  subtle: 'different, subtle',
  none: 'equivalent, if so',
};

function showDetections(plan: WatchPlan, detections: readonly Detection[], cap: number, out: Terminal): void {
  const row = (name: string, ...[trials = '', range = '', days = '', runs = '']: string[]): void =>
    out.line(
      `${name.padEnd(24)} ${trials.padStart(10)} ${range.padStart(18)} ${days.padStart(12)} ${runs.padStart(6)}`,
    );
  row('until the verdict', 'trials', 'from – to', 'days', 'runs');
  for (const { difference, median, fewest, most, runs } of detections) {
    const [from, to] = [trialsText(fewest, cap), trialsText(most, cap)];
    const range = from === to ? from : `${from} – ${to}`;
    const days = daysText(median, cap, plan.trialsPerDay);
    row(names[difference], trialsText(median, cap), range, days, `${runs}`);
  }
  out.line();
  paragraph(
    `Simulated models, this engine, alpha ${plan.alpha} (${Math.round(1 / plan.level).toLocaleString('en-US')} to 1 at first): ` +
      `the median of the runs, and their whole range. A real difference may take more or fewer. ` +
      `None shows in fewer than ${plan.limitTrials} trials. Days count the full rounds only` +
      `${plan.trialsPerDay > 0 ? `, ${rounded(plan.trialsPerDay)} trials a day` : ''}.`,
    out,
  );
}

function trialsText(trials: number | null, cap: number): string {
  return trials === null ? `>${rounded(cap)}` : rounded(trials);
}

function daysText(trials: number | null, cap: number, perDay: number): string {
  if (perDay <= 0) return 'no rounds';
  return trials === null ? `>${rounded(cap / perDay)}` : rounded(trials / perDay);
}

/** 0.04, 3.5, 12, 1,440. */
function rounded(value: number): string {
  const digits = value === 0 || value >= 10 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Two decimals, or two digits of what is smaller. */
function money(value: number): string {
  if (value === 0 || value >= 0.1)
    return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return value.toLocaleString('en-US', { maximumSignificantDigits: 2, useGrouping: false });
}
