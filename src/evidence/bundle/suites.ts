import { sha256 } from '../../core/index.js';
import type { Suite } from '../../probes/index.js';
import { BundleProblem } from './errors.js';
import { suiteName } from './format.js';
import type { LoggedWatch } from './watch-log.js';

/** The hashes of a watch's suites, in order; null where its prompts come with recorded answers. */
export function suiteHashes({ definition }: LoggedWatch): string[] | null {
  const { watch, suites, canarySuites = [] } = definition.read;
  if ([watch.listed, watch.released].some(({ kind }) => kind === 'recorded')) return null;
  return [...new Set([...suites, ...canarySuites].map(({ hash }) => hash))].sort();
}

/**
 * The suites of a watch by their hash, from their files; null: see {@link suiteHashes}.
 * @throws BundleProblem when one is missing, or is none of the watch's
 */
export function suitesNeeded(
  watch: LoggedWatch,
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, Suite> | null {
  const hashes = suiteHashes(watch);
  const names = (hashes ?? []).map(suiteName);
  const missing = names.find((name) => !files.has(name));
  if (missing !== undefined) throw new BundleProblem(`${missing} is missing`);
  if (files.size > names.length) throw new BundleProblem('there are suites that the watch does not use');
  if (hashes === null) return null;
  const suites = [...files.values()].map((text): Suite => {
    // Its hash is the one that the log commits to, so it is what the watch asked, whatever it may be.
    return { ...(JSON.parse(text) as Omit<Suite, 'hash'>), hash: sha256(text) };
  });
  return new Map(suites.map((suite) => [suite.hash, suite]));
}
