import type { SuiteRef, WatchConfig } from '../config/index.js';
import { loadSuite, openRecording, type Recording, recordedSuite, type Suite } from '../probes/index.js';

/** The recordings among a watch's sides, by path: two sides of one file share its answers. @throws ProbeError */
export async function recordingsOf({
  listed,
  released,
}: Pick<WatchConfig, 'listed' | 'released'>): Promise<Map<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const side of [listed, released]) {
    if (side.kind !== 'recorded' || recordings.has(side.path)) continue;
    recordings.set(side.path, await openRecording(side.path));
  }
  return recordings;
}

/** What is asked: the suites, or the prompts of the recorded sides if there are any. @throws ProbeError */
export function suitesFor(refs: readonly SuiteRef[], recordings: ReadonlyMap<string, Recording>): Suite[] {
  return recordings.size > 0 ? [recordedSuite([...recordings.values()])] : refs.map(loadSuite);
}

/** What a watch asks in its rounds. Needs no keys. @throws ProbeError */
export async function suitesOf(
  watch: Pick<WatchConfig, 'listed' | 'released'> & { readonly suites: readonly SuiteRef[] },
): Promise<Suite[]> {
  return suitesFor(watch.suites, await recordingsOf(watch));
}

/** What its canary rounds ask; nothing where it has none. @throws ProbeError */
export function canarySuitesOf({ canary }: Pick<WatchConfig, 'canary'>): Suite[] {
  return (canary?.suites ?? []).map(loadSuite);
}
