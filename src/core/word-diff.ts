import { diffWordsWithSpace } from 'diff';

/** A run of text that both answers share, or that only one of them has. */
export interface DiffPart {
  readonly kind: 'same' | 'listed' | 'released';
  readonly text: string;
}

/**
 * A word-level diff of two answers: joining `same` and `listed` parts gives `listed` back, joining
 * `same` and `released` parts gives `released` back. Where the two are so different that aligning them
 * would take too long (over `maxEdits` changed words), it is two whole parts.
 */
export function wordDiff(listed: string, released: string, maxEdits = 4000): DiffPart[] {
  const changes = diffWordsWithSpace(listed, released, { maxEditLength: maxEdits });
  const parts: DiffPart[] = changes
    ? changes.map((c) => ({ kind: c.removed ? 'listed' : c.added ? 'released' : 'same', text: c.value }))
    : [
        { kind: 'listed', text: listed },
        { kind: 'released', text: released },
      ];
  return parts.filter((part) => part.text !== '');
}
