import { canonicalText } from '../../core/index.js';
import type { CompleteTrial } from '../types.js';
import type { AnswerRecord, PairingCounts } from './types.js';

/** The answers to one prompt in the pairs that were kept, as canonical text, for the tests that need no pairs. */
export interface PromptAnswers {
  readonly listed: readonly string[];
  readonly released: readonly string[];
}

export interface Pairing {
  /** The pairs that were kept, in the order of prompt ids (code units), then of samples. */
  readonly trials: readonly CompleteTrial[];
  readonly prompts: readonly PromptAnswers[];
  readonly counts: PairingCounts;
}

/**
 * Pairs sample i of each prompt with sample i of the other side.
 *
 * A pair is left out when one of its answers was already given to the same prompt, by either side: where
 * answers are cached or drawn at temperature 0, repetitions add no evidence, and betting on them would
 * alarm under "same". The rule looks at both answers of a pair alike, so it can't favour a side. Answers
 * without a partner are left out altogether: whether one is a copy could only be asked of one side.
 */
export function pairRecords(listed: readonly AnswerRecord[], released: readonly AnswerRecord[]): Pairing {
  const ours = byPrompt(listed);
  const theirs = byPrompt(released);
  const seen = new Map<string, Set<string>>();
  const trials: CompleteTrial[] = [];
  const prompts: PromptAnswers[] = [];
  let unpaired = 0;
  let repeated = 0;
  let promptMismatches = 0;
  for (const id of [...new Set([...ours.keys(), ...theirs.keys()])].sort(byCodeUnits)) {
    const [left, right] = [ours.get(id) ?? [], theirs.get(id) ?? []];
    const same = new Set([...left, ...right].map((record) => canonicalText(record.prompt))).size === 1;
    if (!same) promptMismatches += 1;
    const pairs = same ? Math.min(left.length, right.length) : 0;
    unpaired += left.length + right.length - 2 * pairs;
    if (pairs === 0) continue;
    const prompt = left[0]?.prompt ?? '';
    const key = canonicalText(prompt);
    const earlier = seen.get(key) ?? new Set();
    seen.set(key, earlier);
    const kept: { listed: string[]; released: string[] } = { listed: [], released: [] };
    for (let i = 0; i < pairs; i += 1) {
      const [a, b] = [left[i]?.response ?? '', right[i]?.response ?? ''];
      const pair = [canonicalText(a), canonicalText(b)] as const;
      const known = pair.some((text) => earlier.has(text));
      for (const text of pair) earlier.add(text);
      if (known) {
        repeated += 1;
        continue;
      }
      trials.push(toTrial(id, prompt, a, b));
      kept.listed.push(pair[0]);
      kept.released.push(pair[1]);
    }
    if (kept.listed.length > 0) prompts.push(kept);
  }
  return { trials, prompts, counts: { unpaired, repeated, promptMismatches } };
}

function byPrompt(records: readonly AnswerRecord[]): Map<string, AnswerRecord[]> {
  const groups = new Map<string, AnswerRecord[]>();
  for (const record of records) {
    const group = groups.get(record.prompt_id);
    if (group === undefined) groups.set(record.prompt_id, [record]);
    else group.push(record);
  }
  return groups;
}

function toTrial(promptId: string, prompt: string, listed: string, released: string): CompleteTrial {
  return { kind: 'complete', suite: 'recorded', promptId, prompt, listed, released: [released] };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
