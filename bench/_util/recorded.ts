import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EngineDefinition, extractFeatures, type TrialFeatures } from '../../src/fingerprint/index.js';

/** A pair of recorded answers: answer i of each side is answer to the same prompt. */
export interface RecordedPair {
  readonly name: string;
  readonly label: string;
  readonly trials: readonly RecordedTrial[];
}

export interface RecordedTrial {
  readonly promptId: string;
  readonly prompt: string;
  readonly listed: string;
  readonly released: string;
}

/** A trial as it was recorded, and with its two answers swapped. */
export interface BothWays {
  readonly asRecorded: TrialFeatures;
  readonly swapped: TrialFeatures;
}

/** Whether a pair's sides are the same as far as its label tells. */
export function isNull(pair: RecordedPair): boolean {
  return pair.label === 'same' || pair.label === 'formatting-only';
}

/** The features of a pair's trials, both ways. */
export function bothWays(pair: RecordedPair, definition: EngineDefinition): BothWays[] {
  return pair.trials.map(({ promptId, prompt, listed, released }) => {
    const trial = { kind: 'complete', suite: pair.name, promptId, prompt } as const;
    return {
      asRecorded: extractFeatures(definition, { ...trial, listed, released: [released] }),
      swapped: extractFeatures(definition, { ...trial, listed: released, released: [listed] }),
    };
  });
}

interface Row {
  readonly prompt_id: string;
  readonly prompt: string;
  readonly response: string;
}

/** Reads every pair that `index.json` in the folder names; sample i of a prompt pairs with sample i. */
export function readPairs(folder: string): RecordedPair[] {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    readonly name: string;
    readonly label: string;
  }[];
  return index.map(({ name, label }) => ({
    name,
    label,
    trials: pairUp(readRows(join(folder, name), 'listed'), readRows(join(folder, name), 'released')),
  }));
}

function readRows(folder: string, side: string): Row[] {
  const file = readdirSync(folder).find((f) => f === `${side}.jsonl` || f === `${side}.jsonl.gz`);
  if (file === undefined) throw new Error(`${folder} has no ${side}.jsonl`);
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

function pairUp(listed: readonly Row[], released: readonly Row[]): RecordedTrial[] {
  const waiting = new Map<string, Row[]>();
  for (const row of released) waiting.set(row.prompt_id, [...(waiting.get(row.prompt_id) ?? []), row]);
  return listed.flatMap((row) => {
    const partner = waiting.get(row.prompt_id)?.shift();
    if (partner === undefined) return [];
    return { promptId: row.prompt_id, prompt: row.prompt, listed: row.response, released: partner.response };
  });
}
