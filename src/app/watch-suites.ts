import type { SuiteRef, WatchConfig } from '../config/index.js';
import { loadSuite, openRecording, recordedSuite, type Suite } from '../probes/index.js';

/**
 * What a watch asks in its rounds: its suites, or the prompts of its recorded sides. Needs no keys.
 * @throws ProbeError
 */
export async function suitesOf(
  watch: Pick<WatchConfig, 'listed' | 'released'> & { readonly suites: readonly SuiteRef[] },
): Promise<Suite[]> {
  const paths = new Set<string>();
  for (const side of [watch.listed, watch.released]) if (side.kind === 'recorded') paths.add(side.path);
  if (paths.size === 0) return watch.suites.map(loadSuite);
  return [recordedSuite(await Promise.all([...paths].map(openRecording)))];
}
