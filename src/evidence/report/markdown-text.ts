import { plainLine, plainText, type Run, sideParts } from '../../core/index.js';
import type { Side } from '../../fingerprint/index.js';

const MOST = 2000;
const BRACKETS: Readonly<Record<Side, readonly [string, string]>> = {
  listed: ['[-', '-]'],
  released: ['{+', '+}'],
};

/** Untrusted text as one line of Markdown that shows as it is: no markup, HTML, link or image comes of it. */
export function markdownLine(text: string): string {
  return (
    plainLine(text, MOST)
      .replaceAll(/[\\`*_{}[\]<>#|!~$&@]/g, '\\$&')
      // Renderers turn bare addresses into links; an escaped @ ends those of mail.
      .replaceAll('://', '\\://')
      .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
      // At the start of a line these begin lists, rules and headings.
      .replace(/^[-+=:]/, '\\$&')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}

/** Untrusted text of several lines as a code block, which nothing in the text can end. */
export function markdownCode(text: string): string {
  const safe = plainText(text);
  const longest = safe.match(/`+/g)?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${safe}\n${fence}`;
}

/** A table; every cell is taken for untrusted. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownLine).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Both answers, what only one side says in brackets: `[-…-]` listed, `{+…+}` released. */
export function bracketedPair(listed: string, released: string): Readonly<Record<Side, string>> {
  const parts = sideParts(listed, released);
  return { listed: bracketed(parts.listed, 'listed'), released: bracketed(parts.released, 'released') };
}

function bracketed(runs: readonly Run[], side: Side): string {
  const [open, close] = BRACKETS[side];
  return runs
    .map(({ marked, text }) => (marked && text.trim() !== '' ? `${open}${text}${close}` : text))
    .join('');
}
