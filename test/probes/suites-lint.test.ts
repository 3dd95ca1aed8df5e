import { describe, expect, it } from 'vitest';
import { lintSuite, type SuiteProblem } from '../../src/probes/index.js';

const wide = Array.from({ length: 1000 }, (_, i) => `w${i}`).join(', ');
/** Enough texts, and nothing else to say. */
const good = `id: mine
version: 1
title: Mine
fixed:
  - { id: hello, prompt: "Tell me about the sea." }
dynamic:
  - id: pair
    template: Compare {a} with {b}.
    slots: { a: $wide, b: { from: 1, to: 1000 } }
lists:
  wide: [${wide}]
`;

function problems(text: string): string[] {
  return lintSuite(text).map(brief);
}

function brief({ level, line, prompt, key, reason }: SuiteProblem): string {
  return `${line} ${level} ${prompt ?? (key || 'file')}: ${reason}`;
}

/** The good suite with one more template, which begins at line 11. */
function withTemplate(template: string, slots: string, more = ''): string {
  const entry = `  - id: extra\n    template: ${template}\n    slots: ${slots}\n`;
  return `${good.replace('lists:\n', `${entry}lists:\n`)}${more}`;
}

describe('lintSuite', () => {
  it('has nothing to say about a good suite', () => {
    expect(problems(good)).toEqual([]);
  });

  it('tells all that keeps a file from being loaded, in its order', () => {
    const broken = good
      .replace('version: 1', 'version: none')
      .replace('{ id: hello, prompt:', '{ id: Hello, text:');
    expect(problems(broken)).toEqual([
      '2 error version: must be a number',
      '5 error fixed[0].id: use lower-case words joined by hyphens',
      '5 error fixed[0].prompt: is missing',
      '5 error fixed[0].text: is an unknown key (known here: id, language, prompt)',
    ]);
    expect(problems(withTemplate('"{x} and {y}"', '{ x: $nowhere, z: [k] }'))).toEqual([
      '11 error extra: there are no words for {y}',
      '12 error extra: there is no list called "$nowhere"',
      '12 error extra: the template never uses its slot {z}',
    ]);
    expect(problems('a: [')[0]).toMatch(/^1 error file: is not YAML: /);
    expect(problems('a: &a [*a]')).toEqual([expect.stringMatching(/^1 error a\[0\]: holds itself/)]);
  });

  it.each<[name: string, text: string, expected: string[]]>([
    ['an unused list', `${good}  spare: [x]\n`, ['12 error lists.spare: is used by no template']],
    [
      'a word that is there twice, in a slot and in a list',
      withTemplate('"{x} or {y}?"', '{ x: [so, so], y: $y }', '  y: [a, b, a]\n'),
      ['12 error extra: "so" is there twice', '15 error lists.y[2]: "a" is there twice'],
    ],
    [
      'a prompt that is there twice',
      good.replace('dynamic:', '  - { id: again, prompt: Tell me about the sea. }\ndynamic:'),
      ['6 error again: can read the same as the prompt hello'],
    ],
    [
      'a template that can spell a fixed prompt',
      withTemplate('"Tell me about {x}."', '{ x: [the sea, the sky] }'),
      ['11 error extra: can read the same as the prompt hello'],
    ],
    [
      'two fillings that read the same',
      withTemplate('"Bring {x} {y}."', '{ x: [a, a b], y: [b c, c] }'),
      ['11 error extra: two of its fillings read the same'],
    ],
    [
      'doubled spaces and spaces at an edge',
      withTemplate('"Bring  {x}."', '{ x: [" a", "b  c"] }'),
      [
        '11 error extra: has a doubled space',
        '12 error extra: " a" has a space at its edge',
        '12 error extra: "b  c" has a doubled space',
      ],
    ],
    [
      'braces without partner, braces that are no slot, braces in words',
      withTemplate('"Bring {x} {Y} now"', '{ x: ["{z}", q] }').replace('about the sea', 'about {the sea'),
      [
        '5 error hello: has a brace without its partner',
        '11 error extra: has braces that are no slot: a slot is {lower_case_words}',
        '12 error extra: "{z}" has a brace: words are not filled',
      ],
    ],
    [
      'a fixed prompt with a slot',
      good.replace('about the sea', 'about {place}'),
      ['5 error hello: has a slot: it belongs under "dynamic"'],
    ],
    [
      'a prompt that can grow too long',
      withTemplate(`"${'x'.repeat(7600)} {x} {x}"`, `{ x: [short, ${'y'.repeat(400)}] }`),
      ['11 error extra: can be filled to 8402 characters; a prompt has at most 8000'],
    ],
    [
      'articles that do not fit, as a hint',
      withTemplate(
        '"Is {x} an {y} or a {z}?"',
        '{ x: [a owl, an hour], y: [egg, pear], z: [uniform, 8-hour day, ibis] }',
      ),
      ['11 warning extra: a or an? "a owl", "an pear", "a 8-hour", …'],
    ],
    [
      'too small a space, as a hint',
      good.replace('to: 1000', 'to: 998'),
      [
        '1 warning file: asks 998001 different prompts, fewer than 1000000: a provider could prepare for them',
      ],
    ],
  ])('finds %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('lets code, indentation and other languages be', () => {
    const code = '"Explain:\\n\\nfor x in {{y}}:\\n    print(x)\\nfunction() {}"'.replace('{{y}}', '{y}');
    expect(problems(withTemplate(code, '{ y: [ab, cd] }'))).toEqual([]);
    const italian = withTemplate('"Parla a {x}."', '{ x: [una amica, a Enrico] }');
    expect(problems(italian)).toEqual([expect.stringContaining('a or an?')]);
    expect(problems(italian.replace('- id: extra', '- id: extra\n    language: it'))).toEqual([]);
  });
});
