import { type BundleVerification, type VerifiedBundle, verifyBundle } from '../bundle/verify.js';
import type { LoggedWatch } from '../bundle/watch-log.js';
import { claimOf, type PooledClaim } from './claim.js';
import type { Overlap } from './overlap.js';

/** A bundle that holds, as pooling sees it. All e-values are log₁₀, and count the epoch: see {@link PoolMember.share}. */
export interface PoolMember {
  readonly file: string;
  readonly bundle: VerifiedBundle;
  readonly claim: PooledClaim;
  /** The watch's level, over all of its epochs. */
  readonly alpha: number;
  /**
   * 6/(π²k²) for epoch k. The shares of all epochs sum to 1, so the e-value times its share is an e-value whichever epoch
   * was chosen; for one bundle alone, reaching 1/α with it is the same as reaching 1/level without.
   */
  readonly share: number;
  /** At the end of the bundle. */
  readonly atEnd: number;
  /** As of the last co-signed checkpoint; or why there is no such e-value. */
  readonly atCosigned: number | string;
}

/** What of many bundles must not be shared. */
export interface PoolOverlaps {
  readonly prompts: Overlap;
  readonly answers: Overlap;
}

/** How a bundle is read. */
export interface MemberOptions {
  readonly witnesses: readonly string[];
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Checks a bundle in full, and takes from it what pooling needs: memory grows with its trials, not with their texts.
 * @param index the bundle's number, which the overlaps know it by
 */
export async function readMember(
  file: string,
  tar: AsyncIterable<Buffer>,
  index: number,
  overlaps: PoolOverlaps,
  { witnesses, onProgress }: MemberOptions,
): Promise<PoolMember | Exclude<BundleVerification, { kind: 'holds' }>> {
  let watch: LoggedWatch | null = null;
  const course: number[] = [];
  const found = await verifyBundle(tar, {
    trust: null,
    witnesses,
    onProgress,
    observer: {
      onWatch: (read) => {
        watch = read;
      },
      // What can't be read is never held against the sides.
      onStatus: ({ log10E, unreadableReason }) =>
        void course.push(unreadableReason === null ? log10E : Math.min(0, log10E)),
    },
  });
  if (found.kind !== 'holds') return found;
  if (watch === null) throw new TypeError('a bundle that holds has a watch');
  noteHashes(watch, index, overlaps);
  return memberOf(file, found, watch, course);
}

function noteHashes(watch: LoggedWatch, index: number, { prompts, answers }: PoolOverlaps): void {
  for (let seq = 1; seq <= watch.trials; seq += 1) {
    const trial = watch.trial(seq);
    prompts.add(trial.prompt, index);
    for (const { text } of trial.answers) if (text !== null) answers.add(text, index);
  }
}

function memberOf(
  file: string,
  bundle: VerifiedBundle,
  watch: LoggedWatch,
  course: readonly number[],
): PoolMember {
  const { alpha } = watch.definition.read.engine;
  const share = bundle.level / alpha;
  const epoch = Math.log10(share);
  const last = course.at(-1) ?? 0;
  // Whoever removes texts chooses where the replay ends: that must not gain anything.
  const atEnd = (bundle.replayed < bundle.trials ? Math.min(0, last) : last) + epoch;
  const seq = trialsAtCosigned(bundle, watch);
  const atCosigned = typeof seq === 'string' ? seq : (course[seq - 1] ?? 0) + epoch;
  return { file, bundle, claim: claimOf(watch), alpha, share, atEnd, atCosigned };
}

/**
 * How many trials the log held at the last checkpoint that a witness co-signed; or why they can't count. No round may have
 * been under way: what was said in it could have decided that it had not ended yet.
 */
export function trialsAtCosigned(
  bundle: Pick<VerifiedBundle, 'cosigned' | 'keys' | 'openTrials' | 'replayed'>,
  watch: Pick<LoggedWatch, 'rounds' | 'trial'>,
): number | string {
  const { cosigned, keys, openTrials, replayed } = bundle;
  const own = new Set(keys.map(({ key }) => publicPart(key)));
  const isByOthers = cosigned?.witnesses.some((key) => !own.has(publicPart(key))) ?? false;
  if (cosigned === null || !isByOthers)
    return 'no checkpoint of it was co-signed by a witness that you named';
  const begun = watch.rounds.filter(({ height }) => height < cosigned.size);
  const last = begun.at(-1);
  const seq = last === undefined ? 0 : last.firstSeq + last.trials - 1;
  for (let one = last?.firstSeq ?? 1; one <= seq; one += 1)
    if (watch.trial(one).height >= cosigned.size) return underWay;
  if (openTrials > 0) return underWay;
  return seq <= replayed ? seq : 'texts were removed that its e-value at the co-signed checkpoint rests on';
}

const underWay =
  'a round was under way at its co-signed checkpoint, or at its end: export it again when one was co-signed between rounds';

/** What tells keys apart, whatever name and use they were given. */
export function publicPart(key: string): string {
  const [, , ...base64] = key.split('+');
  return Buffer.from(base64.join('+'), 'base64').subarray(1).toString('base64');
}
