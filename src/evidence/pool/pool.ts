import { errorMessage } from '../../core/index.js';
import { unpacked } from '../bundle/packed.js';
import { parseVerifierKey } from '../signed-note.js';
import { claimDifferences } from './claim.js';
import { type PoolMember, type PoolOverlaps, publicPart, readMember } from './member.js';
import { createOverlap } from './overlap.js';

/** What is known before, and who is told. */
export interface PoolOptions {
  /** Verifier keys; each bundle must be signed by one of them, or by one that took over. Empty: any. */
  readonly trust: readonly string[];
  /** Verifier keys of witnesses whose co-signatures count. */
  readonly witnesses: readonly string[];
  /** Bytes of the file that is being read, and the number of that file, from 1. */
  readonly onProgress: (done: number, total: number, file: number) => void;
}

/** What came of it. */
export type Pooling =
  | ({ readonly kind: 'pooled' } & Pooled)
  /** A bundle is wrong (`entry`: the log's entry that is concerned), or is not about the same claim. */
  | { readonly kind: 'wrong'; readonly file: string; readonly entry: number | null; readonly problem: string }
  | { readonly kind: 'refused'; readonly file: string | null; readonly reason: string };

/** Evidence of several bundles in one e-value. */
export interface Pooled {
  readonly rule: 'product' | 'average';
  /** Why it is no product: sentences for people. */
  readonly reasons: readonly string[];
  readonly log10E: number;
  /** The smallest of the watches' levels; the pooled e-value is held against 1/alpha. */
  readonly alpha: number;
  /** Whether it is at least 1/alpha. */
  readonly isReached: boolean;
  /** Whether each bundle was signed by a key that was to be trusted. */
  readonly isTrusted: boolean;
  readonly members: readonly PooledMember[];
}

/** A bundle's part. */
export interface PooledMember {
  readonly file: string;
  readonly origin: string;
  readonly key: string;
  readonly watch: string;
  readonly epoch: number;
  readonly trials: number;
  /** Of its epoch: see `PoolMember`. It is in `log10E` already. */
  readonly share: number;
  readonly log10E: number;
}

/**
 * Pools the bundles of several organisations about one claim. Each is checked in full.
 *
 * The e-values are multiplied when nothing connects the bundles: no key, no prompt and no answer is in two of them, and each
 * counts only as of its last checkpoint that a known witness co-signed, so that nobody could look first and choose an end
 * later. A product of independent e-values is one. Otherwise they are averaged, as of the end of each bundle: the average
 * is an e-value however they depend on each other. Either is at least 1/alpha with probability at most alpha
 * if the sides answer alike. It is not a process: whoever pools again and again takes the chance each time.
 *
 * Worked example: two bundles of first epochs with 10³ and 10⁴ give 10⁷ · 0.608² = 10^6.57, or, averaged, 10^3.52.
 *
 * Degenerate: a bundle without trials counts with its share alone. One that is unreadable, or whose texts
 * were removed before its end, counts with an e-value of at most 1 there. Fewer than two files are refused.
 *
 * Source: Vovk and Wang, "E-values: calibration, combination and applications" (Annals of Statistics 2021).
 */
export async function poolBundles(files: readonly string[], options: PoolOptions): Promise<Pooling> {
  if (files.length < 2) return { kind: 'refused', file: null, reason: 'there must be two files at least' };
  try {
    options.trust.map((key) => parseVerifierKey(key));
  } catch (error) {
    return { kind: 'refused', file: null, reason: `a key to trust is none: ${errorMessage(error)}` };
  }
  const overlaps = { prompts: createOverlap(), answers: createOverlap() };
  const members: PoolMember[] = [];
  for (const [i, file] of files.entries()) {
    const member = await readMember(file, unpacked(file), i, overlaps, {
      witnesses: options.witnesses,
      onProgress: (done, total) => options.onProgress(done, total, i + 1),
    });
    if ('kind' in member) return { ...member, file };
    const problem = problemOf(member, members, options.trust);
    if (problem !== null) return { kind: 'wrong', file, entry: null, problem };
    members.push(member);
  }
  return { kind: 'pooled', ...pooled(members, overlaps, options.trust.length > 0) };
}

/** Why a bundle can't be pooled with those before it, or null. */
function problemOf(
  { bundle, claim }: PoolMember,
  before: readonly PoolMember[],
  trust: readonly string[],
): string | null {
  if (trust.length > 0 && !isVouchedFor(bundle.keys, trust))
    return 'none of the keys that you trust has signed it, or vouched for the key that did';
  const [first] = before;
  const differences = first === undefined ? [] : claimDifferences(first.claim, claim);
  if (differences.length > 0)
    return `it is about another claim than ${first?.file}: ${differences.join(', ')} differ`;
  const twin = before.find(
    (one) =>
      one.bundle.watch === bundle.watch &&
      one.bundle.epoch === bundle.epoch &&
      one.bundle.keys[0]?.key === bundle.keys[0]?.key,
  );
  // Whoever names one bundle often would weigh it as he likes.
  return twin === undefined ? null : `it is the evidence of ${twin.file} once more, at this or another time`;
}

/** Signed by one of these keys, or by one that took over from it with its signature. */
function isVouchedFor(keys: PoolMember['bundle']['keys'], trust: readonly string[]): boolean {
  const at = keys.findLastIndex(({ key }) => trust.includes(key));
  return at >= 0 && keys.slice(at + 1).every(({ isVouched }) => isVouched);
}

function pooled(members: readonly PoolMember[], overlaps: PoolOverlaps, isTrusted: boolean): Pooled {
  const reasons = reasonsAgainst(members, overlaps);
  const rule = reasons.length === 0 ? 'product' : 'average';
  const values = members.map(({ atCosigned, atEnd }) =>
    rule === 'product' && typeof atCosigned === 'number' ? atCosigned : atEnd,
  );
  const log10E = rule === 'product' ? values.reduce((sum, value) => sum + value, 0) : log10Mean(values);
  const alpha = Math.min(...members.map((member) => member.alpha));
  const parts = members.map(({ file, bundle, share }, i): PooledMember => {
    const { origin, keys, watch, epoch, trials } = bundle;
    const key = keys.at(-1)?.key ?? '';
    return { file, origin, key, watch, epoch, trials, share, log10E: values[i] ?? 0 };
  });
  return { rule, reasons, log10E, alpha, isReached: log10E >= -Math.log10(alpha), isTrusted, members: parts };
}

/** What speaks against taking the bundles as independent; nothing where they can be multiplied. */
function reasonsAgainst(members: readonly PoolMember[], { prompts, answers }: PoolOverlaps): string[] {
  const keys = createOverlap();
  for (const [i, { bundle }] of members.entries())
    for (const { key } of bundle.keys) keys.add(publicPart(key), i);
  const missing = members.flatMap(({ file, atCosigned }) =>
    typeof atCosigned === 'string' ? [`${file}: ${atCosigned}`] : [],
  );
  return [
    keys.shared() > 0
      ? 'the same key signed two of the logs: they are not of independent organisations'
      : null,
    prompts.shared() > 0
      ? `${prompts.shared()} prompts were asked in more than one: what is cached or known of one would count twice`
      : null,
    answers.shared() > 0
      ? `${answers.shared()} answers are in more than one, word for word: short ones can agree by chance, which can't be told from a copy`
      : null,
    ...missing,
  ].filter((reason) => reason !== null);
}

/** log₁₀ of the mean of numbers given as log₁₀. */
function log10Mean(values: readonly number[]): number {
  const most = Math.max(...values);
  const sum = values.reduce((total, value) => total + 10 ** (value - most), 0);
  return most + Math.log10(sum / values.length);
}
