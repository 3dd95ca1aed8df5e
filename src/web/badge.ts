import { html, type Markup } from '../core/index.js';
import { formatOdds } from '../evidence/index.js';
import { oneIn } from '../fingerprint/index.js';
import type { ListedWatch, Standing } from './standing.js';

const marks: Readonly<Record<Standing, readonly [icon: string, words: string]>> = {
  different: ['≠', 'Different'],
  equivalent: ['=', 'No difference beyond the margin'],
  undecided: ['·', 'Undecided'],
  unreadable: ['?', 'No verdict'],
  waiting: ['…', 'Waiting for its first round'],
  withheld: ['⋯', 'Results withheld for now'],
};

/** A watch's standing in words. */
export function standingWords({ standing, confirmed }: Pick<ListedWatch, 'standing' | 'confirmed'>): string {
  return confirmed ? `${marks[standing][1]}, confirmed` : marks[standing][1];
}

/** The same with its icon: colour only underlines it. */
export function badge(watch: Pick<ListedWatch, 'standing' | 'confirmed'>): Markup {
  const [icon] = marks[watch.standing];
  return html`<span class="badge ${watch.standing}"><span class="icon" aria-hidden="true">${icon}</span> ${standingWords(watch)}</span>`;
}

// Past the goal the bar goes on for a quarter; what lies beyond is said in figures.
const GOAL_AT = 80;

/** The evidence against what an alarm asks for, on a log scale. */
export function evidenceBar(log10E: number, level: number): Markup {
  const share = Math.max(0, log10E / Math.log10(1 / level));
  const width = Math.round(Math.min(share * GOAL_AT, 100) * 10) / 10;
  const words = `${formatOdds(log10E)} of ${oneIn(level)}`;
  return html`<svg class="bar" height="14" role="img" aria-label="${`evidence ${words}`}"><rect class="track" width="100%" height="14" rx="3"/><rect class="${share >= 1 ? 'fill over' : 'fill'}" width="${width}%" height="14" rx="3"/><line class="goal" x1="${GOAL_AT}%" x2="${GOAL_AT}%" y1="0" y2="14"/></svg><span class="soft">${words}</span>`;
}
