import type { Terminal } from '../../src/cli/terminal.js';

/** A terminal without colour that keeps its lines. */
export function capture(): Terminal & { readonly text: () => string } {
  const lines: string[] = [];
  return {
    line: (text = '') => void lines.push(text),
    paint: (_, text) => text,
    isTty: false,
    width: 100,
    text: () => lines.join('\n'),
  };
}
