import { html, type Markup } from '../../core/index.js';
import { oneIn } from '../../fingerprint/index.js';
import { formatOdds, log10 } from './figures.js';

const MOST_POINTS = 1000;
const TICK_STEPS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
const MOST_TICKS = 6;

/** What the curve shows. */
export interface EvidenceCurve {
  /** log₁₀ of the e-value after each trial. Sparse where some were left out; the last is always there. */
  readonly curve: readonly number[];
  readonly alpha: number;
  readonly alarmAtTrial: number | null;
}

/** Something that happened at a trial, marked on the curve with a short label. */
export interface CurveMark {
  readonly trial: number;
  readonly label: string;
}

interface CurveOptions {
  readonly marks?: readonly CurveMark[];
  /** What the goal is called. */
  readonly goalName?: string;
}

/** The curve in a sentence. */
export function curveSentence({ curve, alpha, alarmAtTrial }: EvidenceCurve): string {
  if (curve.length === 0) return 'There is no evidence curve: nothing was bet on.';
  const alarm = alarmAtTrial === null ? 'no alarm' : `alarm at trial ${alarmAtTrial}`;
  return `Evidence over ${curve.length} trials on a log scale. It ends at ${formatOdds(curve.at(-1) ?? 0)}; ${oneIn(alpha)} is asked; ${alarm}.`;
}

/** The evidence on a log scale against 1/alpha. Labels keep their size at every width. */
export function evidenceCurve(data: EvidenceCurve, options: CurveOptions = {}): Markup {
  const { curve, alpha, alarmAtTrial } = data;
  const { marks = [], goalName = '1/alpha' } = options;
  if (curve.length === 0) return html`<p class="soft">${curveSentence(data)}</p>`;
  const goal = log10(1 / alpha);
  const low = curve.reduce((a, b) => Math.min(a, b), 0);
  const high = curve.reduce((a, b) => Math.max(a, b), goal) + goal * 0.12;
  const y = (value: number): number => round(100 * (1 - (value - low) / (high - low)));
  const x = (trial: number): number => round((100 * trial) / curve.length);
  return html`<svg height="280" role="img" aria-label="${curveSentence(data)}">
${ticks(low, high).map((tick) => gridLine(y(tick), formatOdds(tick), tick === Math.round(goal)))}
<line class="goal" x1="0" x2="100%" y1="${y(goal)}%" y2="${y(goal)}%"/>
<text class="goal-text" x="100%" y="${y(goal)}%" dy="-6" text-anchor="end">${`${goalName} = ${oneIn(alpha)}`}</text>
${marks.map(({ trial, label }) => markLine(x(trial), label, '8%'))}
${alarmAtTrial === null ? [] : [markLine(x(alarmAtTrial), `alarm at trial ${alarmAtTrial}`, '96%')]}
<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%"><path class="curve" vector-effect="non-scaling-stroke" d="${path(curve, x, y)}"/></svg>
</svg><div class="ends soft"><span>0</span><span>trials</span><span>${curve.length}</span></div>`;
}

function gridLine(y: number, label: string, hidden: boolean): Markup {
  // The line of 1/alpha has a label of its own.
  if (hidden) return html``;
  return html`<line class="grid" x1="0" x2="100%" y1="${y}%" y2="${y}%"/><text x="0" y="${y}%" dy="-4">${label}</text>`;
}

function markLine(x: number, label: string, height: string): Markup {
  const right = x > 60;
  return html`<line class="half" x1="${x}%" x2="${x}%" y1="0" y2="100%"/><text x="${x}%" y="${height}" dx="${right ? -6 : 6}" text-anchor="${right ? 'end' : 'start'}">${label}</text>`;
}

function path(curve: readonly number[], x: (trial: number) => number, y: (value: number) => number): string {
  // What is left out of a sparse curve is skipped by flatMap.
  const known = curve.flatMap((value, i) => ({ trial: i + 1, value }));
  const step = Math.ceil(known.length / MOST_POINTS);
  const points = known.filter(({ trial }, i) => (i + 1) % step === 0 || trial === curve.length);
  return `M0 ${y(0)}${points.map((p) => `L${x(p.trial)} ${y(p.value)}`).join('')}`;
}

function ticks(low: number, high: number): number[] {
  const step = TICK_STEPS.find((s) => (high - low) / s <= MOST_TICKS) ?? Math.ceil((high - low) / MOST_TICKS);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
