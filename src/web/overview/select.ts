import type { ListedWatch, Standing } from '../standing.js';

export const PER_PAGE = 50;

/** What a reader can ask for, with the words that the form has for it. */
export const filters: readonly (readonly [value: string, words: string])[] = [
  ['', 'All'],
  ['confirmed', 'Different, confirmed'],
  ['different', 'Different'],
  ['undecided', 'Undecided'],
  ['unreadable', 'No verdict'],
  ['equivalent', 'No difference beyond the margin'],
  ['withheld', 'Withheld for now'],
  ['waiting', 'Waiting'],
];

export const orders: readonly (readonly [value: string, words: string])[] = [
  ['', 'Verdict'],
  ['evidence', 'Evidence'],
  ['recent', 'Last round'],
  ['title', 'Title'],
];

export interface Selection {
  readonly search: string;
  readonly verdict: string;
  readonly sort: string;
  /** From 1. */
  readonly page: number;
}

/** Reads what an address asks for; what makes no sense is as if it weren't there. */
export function readSelection(query: URLSearchParams): Selection {
  const among = (name: string, known: readonly (readonly [string, string])[]): string => {
    const value = query.get(name) ?? '';
    return known.some(([one]) => one === value) ? value : '';
  };
  const page = Number(query.get('page') ?? 1);
  return {
    search: (query.get('q') ?? '').slice(0, 200),
    verdict: among('verdict', filters),
    sort: among('sort', orders),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The address's query that asks for it; defaults stand nowhere. */
export function writeSelection({ search, verdict, sort, page }: Selection): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('q', search);
  if (verdict !== '') query.set('verdict', verdict);
  if (sort !== '') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export interface Selected {
  readonly watches: readonly ListedWatch[];
  /** Of all pages. */
  readonly total: number;
  readonly pages: number;
  readonly page: number;
}

export function select(all: readonly ListedWatch[], selection: Selection): Selected {
  const words = selection.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(
    (watch) => isOf(watch, selection.verdict) && words.every((word) => text(watch).includes(word)),
  );
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const page = Math.min(selection.page, pages);
  const from = (page - 1) * PER_PAGE;
  const sorted = found.sort(order[selection.sort] ?? byVerdict);
  return { watches: sorted.slice(from, from + PER_PAGE), total: found.length, pages, page };
}

function isOf({ standing, confirmed }: ListedWatch, verdict: string): boolean {
  return verdict === '' || (verdict === 'confirmed' ? confirmed : standing === verdict);
}

function text({ id, title, claim }: ListedWatch): string {
  return `${id}\n${title}\n${claim}`.toLowerCase();
}

type Order = (a: ListedWatch, b: ListedWatch) => number;

const rank: Readonly<Record<Standing, number>> = {
  different: 0,
  undecided: 1,
  unreadable: 2,
  equivalent: 3,
  withheld: 4,
  waiting: 5,
};

const byEvidence: Order = (a, b) =>
  (b.summary?.log10_e ?? -Infinity) - (a.summary?.log10_e ?? -Infinity) || byTitle(a, b);

// Not by locale: the same list for everybody, and cheap.
const byTitle: Order = (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);

const byVerdict: Order = (a, b) =>
  rank[a.standing] - rank[b.standing] || Number(b.confirmed) - Number(a.confirmed) || byEvidence(a, b);

const order: Readonly<Record<string, Order>> = {
  evidence: byEvidence,
  recent: (a, b) => (b.summary?.at ?? 0) - (a.summary?.at ?? 0) || byTitle(a, b),
  title: byTitle,
};
