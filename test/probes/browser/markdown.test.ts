import { readFileSync } from 'node:fs';
import { Marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { htmlToMarkdown, markdownThroughHtml } from '../../../src/probes/browser/markdown.js';

/** Generated Markdown, and what a renderer of other authors makes of it; fixtures/rendered.py writes it. */
const rendered = JSON.parse(
  readFileSync(new URL('fixtures/rendered.json', import.meta.url), 'utf8'),
) as readonly { readonly markdown: string; readonly html: string }[];

const plain = new Marked();
const withBreaks = new Marked({ breaks: true });
const parse = (marked: Marked, markdown: string): string => marked.parse(markdown, { async: false });

/** What sites do to HTML between the renderer and the page. */
const sites: Record<string, (markdown: string) => string> = {
  'break lines where the model did': (markdown) => parse(withBreaks, markdown),
  'use other tags': (markdown) =>
    parse(plain, markdown)
      .replaceAll(/<(\/?)strong>/g, '<$1b>')
      .replaceAll(/<(\/?)em>/g, '<$1i>')
      .replaceAll(/<(\/?)del>/g, '<$1s>'),
  'make every list loose': (markdown) =>
    parse(plain, markdown).replaceAll(/<li>((?:(?!<\/?(?:li|ul|ol|p)\b).)*)<\/li>/gs, '<li><p>$1</p></li>'),
  'colour code and head it with buttons': (markdown) =>
    parse(plain, markdown).replaceAll(/<pre><code[^>]*>(.*?)<\/code><\/pre>/gs, (_, code: string) => {
      const coloured = code.replaceAll(/&\w+;|\w+/g, (word) =>
        word.startsWith('&') ? word : `<span class="token">${word}</span>`,
      );
      return `<div><button title="copy"><svg><path d="M1"></path></svg>Copy</button><pre class="hl"><code>${coloured}</code></pre></div>`;
    }),
  'send links round a corner and number headings': (markdown) =>
    parse(plain, markdown)
      .replaceAll('<a href="', '<a target="_blank" rel="noopener" href="https://out.example/?to=')
      .replaceAll(/<h(\d)>/g, '<h$1 id="section"><a class="anchor" href="#section"></a>'),
  'wrap blocks and leave marks of their framework': (markdown) =>
    parse(plain, markdown)
      .replaceAll(/<(p|ul|ol|h\d|blockquote|table)>/g, '<!----><$1 class="x-1ab" data-v="1">')
      .replaceAll('<table', '<div class="scroll"><table')
      .replaceAll('</table>', '</table></div>\n\n')
      .replaceAll(/ align="(\w+)"/g, ' style="text-align: $1"'),
};

describe('the two ways to an answer, from the API and from the page,', () => {
  it('agree where a renderer of other authors made the page', () => {
    expect(rendered.length).toBeGreaterThan(100);
    for (const { markdown, html } of rendered)
      expect(htmlToMarkdown(html)).toBe(markdownThroughHtml(markdown));
  });
  it.each(Object.entries(sites))('agree with sites that %s', (_, site) => {
    for (const { markdown } of rendered)
      expect(htmlToMarkdown(site(markdown))).toBe(markdownThroughHtml(markdown));
  });
  it('keep every word, and what carries style', () => {
    const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    const words = (text: string): string =>
      text
        .replaceAll(/^[ >]*\d+[.)] /gm, '')
        .replaceAll(/[^\p{L}\p{N}\p{Emoji_Presentation}]+/gu, ' ')
        .trim();
    for (const { markdown } of rendered) {
      // What is given up on purpose: addresses of links and pictures, languages of code, code without a line, and how
      // the numbers of a list go on after a list with another mark.
      const said = markdown
        .replaceAll(/\]\([^)]*\)/g, ']')
        .replaceAll(/^```\w*\n\s*```$/gm, '')
        .replaceAll(/^```\w+$/gm, '```');
      const kept = markdownThroughHtml(markdown);
      expect(words(kept)).toBe(words(said));
      for (const style of [/^#+ /gm, /^```$/gm, /\*\*/g, /[!?]/g, /\p{Emoji_Presentation}/gu])
        expect([style, count(kept, style)]).toEqual([
          style,
          count(said.replaceAll('__', '**').replaceAll('![', '['), style),
        ]);
    }
  });
});

describe('Markdown from HTML', () => {
  it.each([
    ['tags that the model wrote, shown as text', '<p>a &lt;b&gt;c&lt;/b&gt; 1 &lt; 2</p>', 'a c 1 < 2'],
    [
      'code as it is',
      '<p><code>List&lt;T&gt;</code></p><pre>&lt;a&gt;\n\n *b*\n</pre>',
      '`List<T>`\n\n```\n<a>\n\n *b*\n```',
    ],
    [
      'emoji that a site draws as pictures',
      '<p>Hi <img class="emoji" alt="😀" src="1f600.svg"></p>',
      'Hi 😀',
    ],
    [
      'formulas by their source',
      '<p>so <span class="katex"><math><annotation>x^2</annotation></math><span aria-hidden="true">x2</span></span></p>',
      'so $x^2$',
    ],
    [
      'tasks',
      '<ul><li><input type="checkbox" checked disabled> a</li><li><input type="checkbox"> b</li></ul>',
      '- [x] a\n- [ ] b',
    ],
    [
      'no script, style or button',
      '<p>a<script>alert(1)</script><style>p{}</style><button>Copy</button></p>',
      'a',
    ],
    ['nested lists', '<ol start="9"><li>a<ul><li>b</li></ul></li><li>c</li></ol>', '9. a\n   - b\n10. c'],
    ['nothing of nothing', ' \n ', ''],
  ])('has %s', (_, html, markdown) => {
    expect(htmlToMarkdown(html)).toBe(markdown);
  });
  it('is what an API answer with raw tags becomes, too', () => {
    expect(markdownThroughHtml('a <b>c</b>\n\n<div>\nd\n</div>\n\n<script>alert(1)</script>')).toBe(
      'a c\n\nd\n\nalert(1)',
    );
  });
  it('does not fall over what is nested absurdly or repeated for ever', () => {
    expect(markdownThroughHtml(`${'>'.repeat(20_000)} deep`)).toContain('deep');
    expect(htmlToMarkdown(`${'<div>'.repeat(20_000)}deep`)).toContain('deep');
    expect(markdownThroughHtml('1. a\n'.repeat(5000))).toContain('5000. a');
    for (const odd of ['[', '<', '`', '*', '| ', '~', '\\', '\ud800'])
      markdownThroughHtml(odd.repeat(20_000));
  });
});
