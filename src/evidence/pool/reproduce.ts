import { ConfigError, parseWatchFile, watchDefinition } from '../../config/index.js';
import { canonicalJson, type Json, plainLine } from '../../core/index.js';
import { builtInSuiteIds, loadSuite, parseSuite, type Suite } from '../../probes/index.js';
import { type BundleVerification, verifyBundle } from '../bundle/verify.js';
import type { LoggedWatch } from '../bundle/watch-log.js';
import { EvidenceError } from '../errors.js';
import { claimDifferences, claimOf, claimOfSides, definedWatch, type PooledClaim } from './claim.js';
import { createFreshSuites, type FreshSuites, freshId, suiteFile } from './fresh-suites.js';
import { keyVariable, watchFileText } from './watch-file.js';

export interface ReproduceOptions {
  /** The verifier key that must have signed; null: any. */
  readonly trust: string | null;
  readonly onProgress: (done: number, total: number) => void;
}

/** What a repetition starts from. */
export interface Reproduction {
  readonly kind: 'ready';
  readonly watch: string;
  /** The text of the watch file. */
  readonly text: string;
  /** Suites that have to stand beside it. */
  readonly suites: readonly { readonly name: string; readonly text: string }[];
  /** Environment variables to set. */
  readonly keys: readonly string[];
  /** What the reader has to know; stands in the file as well. */
  readonly notes: readonly string[];
}

/**
 * Makes a watch file of a bundle, for the reader's own keys: the same sides, parameters, length compared and alpha. It is checked in
 * full before, and the file is read again after: its sides are those of the bundle, or there is an error.
 *
 * The prompts are others, as only evidence without a prompt in common multiplies: fixed prompts, which everyone would ask
 * in the same words, are left out, and of the templates only fillings are asked that the bundle has not.
 * Where too few are left, the suites stay as they are, and the file says that pooling will average.
 * @param tar the bundle, unpacked
 * @throws EvidenceError when no watch file of this version says what the bundle says; ProbeError for suites that are none
 */
export async function reproduce(
  tar: AsyncIterable<Buffer>,
  { trust, onProgress }: ReproduceOptions,
): Promise<Reproduction | Exclude<BundleVerification, { kind: 'holds' }>> {
  let seen: Seen | null = null;
  const found = await verifyBundle(tar, {
    trust,
    onProgress,
    observer: {
      onWatch: (watch, byHash) => {
        const stated = watch.definition.read.suites.flatMap(({ hash }) => byHash?.get(hash) ?? []);
        // Their hashes are right; whether they are suites is another question.
        const suites = stated.map((suite) => parseSuite(suiteFile(suite), `suites/${suite.hash}.json`));
        seen = { watch, suites: byHash && suites, fresh: createFreshSuites(suites) };
      },
      onTrial: (trial) => seen?.fresh.add(trial),
    },
  });
  if (found.kind !== 'holds') return found;
  if (seen === null) throw new TypeError('a bundle that holds has a watch');
  return reproduction(seen);
}

interface Seen {
  readonly watch: LoggedWatch;
  /** null where a side is recorded. */
  readonly suites: readonly Suite[] | null;
  readonly fresh: FreshSuites;
}

function reproduction({ watch, suites, fresh }: Seen): Reproduction {
  const { listed, released, releasedPerTrial = 1, alpha = null, compareLength = null } = definedWatch(watch);
  const asked = chosenSuites(suites, fresh);
  const notes = [
    ...asked.notes,
    ...sideNotes('listed', listed),
    ...sideNotes('released', released),
    ...(watch.definition.read.canarySuites === undefined
      ? []
      : ['the canary prompts in between are left out: full rounds are what counts']),
  ];
  const text = watchFileText({
    watch: watch.watch,
    notes: notes.map((note) => plainLine(note, 1000)),
    listed,
    released,
    suites: asked.refs,
    trialsPerRound: trialsOf(watch),
    releasedPerTrial,
    alpha,
    compareLength,
  });
  checkText(text, watch);
  const keys = (['listed', 'released'] as const).filter((side) => text.includes(keyVariable(side)));
  return { kind: 'ready', watch: watch.watch, text, suites: asked.files, keys: keys.map(keyVariable), notes };
}

interface ChosenSuites {
  readonly refs: readonly (string | { readonly file: string })[] | null;
  readonly files: Reproduction['suites'];
  readonly notes: readonly string[];
}

/** The suites of a repetition. @param suites null where a side is recorded */
export function chosenSuites(suites: readonly Suite[] | null, fresh: FreshSuites): ChosenSuites {
  if (suites === null)
    return {
      refs: null,
      files: [],
      notes: ['the prompts come with recorded answers; where yours are the same, pooling averages'],
    };
  const found = fresh.suites();
  const left = new Set(found?.map(({ id }) => id));
  const dropped = suites.map(({ id }) => id).filter((id) => !left.has(freshId(id)));
  const notes =
    found === null
      ? [
          'too few unused prompts are left in the suites, so they are the same here: pooling averages where a prompt was asked twice',
        ]
      : [
          'no prompt of the evidence is asked again, as only then pooling multiplies: fixed prompts and used words are left out of the suites',
          ...(dropped.length > 0 ? [`no unused prompts are left in: ${dropped.join(', ')}`] : []),
        ];
  const asked = (found ?? suites).map((suite) => {
    if (isShipped(suite)) return { ref: suite.id, files: [] };
    const name = `${suite.id}.yaml`;
    return { ref: { file: `./${name}` }, files: [{ name, text: suiteFile(suite) }] };
  });
  return { refs: asked.map(({ ref }) => ref), files: asked.flatMap(({ files }) => files), notes };
}

function isShipped({ id, hash }: Suite): boolean {
  return builtInSuiteIds().includes(id) && loadSuite({ kind: 'builtin', id }).hash === hash;
}

function sideNotes(name: string, { kind, file, site, recipe }: PooledClaim['listed']): string[] {
  if (kind === 'recorded')
    return [
      `the ${name} side was a file of recorded answers, ${String(file)}, which is not in the evidence: record your own, under this name`,
    ];
  if (kind !== 'browser') return [];
  return [
    `the ${name} side is a web page: read its terms, then set terms_reviewed, and put your address into contact`,
    `it was read with the recipe ${String(site)} of hash ${String(recipe)}; one that reads otherwise is another claim`,
  ];
}

/** As many as were asked in a full round. */
function trialsOf({ rounds, definition }: LoggedWatch): number {
  const suites = canonicalJson(definition.read.suites as unknown as Json);
  const full = rounds.filter((round) => canonicalJson(round.suites as unknown as Json) === suites);
  return full.at(-1)?.asked ?? 10;
}

/** A bundle may come from anybody: what is written must be a watch file, and say no more and no less. */
function checkText(text: string, watch: LoggedWatch): void {
  const problem = problemOf(text, watch);
  if (problem !== null)
    throw new EvidenceError(
      `the watch can't be written as a watch file of this version: ${plainLine(problem, 500)}`,
    );
}

function problemOf(text: string, watch: LoggedWatch): string | null {
  const claim = claimOf(watch);
  try {
    const [made] = parseWatchFile(text, 'watch.yaml', null).watches;
    // An id of several lines could have brought settings of its own.
    if (made?.id !== watch.watch) return 'the id of the watch is none';
    // A page's recipe may have to be fetched first.
    if ([claim.listed, claim.released].some(({ kind }) => kind === 'browser')) return null;
    const defined = watchDefinition(made) as unknown as PooledClaim;
    const [differing] = claimDifferences(claim, claimOfSides(defined));
    return differing === undefined ? null : `it has no place for the setting "${differing}"`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first] = error.problems;
    return `${first?.key}: ${first?.reason}`;
  }
}
