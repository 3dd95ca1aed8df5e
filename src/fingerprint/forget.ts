import type { Json } from '../core/index.js';
import type { SavedState } from './fold-state.js';
import type { FindingExample, FoldSnapshot } from './types.js';

/**
 * A snapshot without the excerpts of these trials, which are then shown no more. Nothing else changes: e-value and
 * verdict are made of numbers, and those stay. Knows the state's form in every engine so far.
 */
export function withoutExamples(snapshot: FoldSnapshot, gone: readonly FindingExample[]): FoldSnapshot {
  const keys = new Set(gone.map(exampleKey));
  const state = snapshot.state as unknown as SavedState;
  const examples = state.examples.map((one) => (one !== null && keys.has(exampleKey(one)) ? null : one));
  return { ...snapshot, state: { ...state, examples } as unknown as Json };
}

/** The same for two examples that show the same. */
export function exampleKey({ promptId, prompt, listed, released }: FindingExample): string {
  return JSON.stringify([promptId, prompt, listed, released]);
}
