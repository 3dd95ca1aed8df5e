const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The characters of `text` as people see them (grapheme clusters). */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
