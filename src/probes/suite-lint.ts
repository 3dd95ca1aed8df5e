import type { Finding } from '../config/index.js';
import { articleHints } from './suite-articles.js';
import { byLine, problemOf, type SuiteProblem, sourceProblems } from './suite-problems.js';
import { maxPromptLength, type RawSuite, readSuite, type Suite, slotPattern } from './suite-source.js';
import { promptSpace } from './suite-space.js';

/** Fewer texts than this can be learnt by heart. */
const smallSpace = 1_000_000;

/**
 * Everything that the author of a suite should know, in the order of the file: what keeps it from being
 * loaded, and what makes for repeated, ungrammatical or guessable prompts.
 */
export function lintSuite(yaml: string): SuiteProblem[] {
  const source = readSuite(yaml);
  const { raw, suite } = source;
  if (!raw || !suite) return sourceProblems(source);
  const errors = [
    ...unusedLists(raw),
    ...repeatedWords(raw),
    ...raw.fixed.flatMap(({ prompt }, i) => textFindings(prompt, ['fixed', i, 'prompt'], false)),
    ...raw.dynamic.flatMap(({ template }, i) => textFindings(template, ['dynamic', i, 'template'], true)),
    ...lengthFindings(suite),
  ];
  const space = spaceFindings(suite);
  const problem = (finding: Finding): SuiteProblem => problemOf(source, finding);
  const warning = (finding: Finding): SuiteProblem => problemOf(source, finding, 'warning');
  return [
    ...[...errors, ...space.errors].map(problem),
    ...[...space.warnings, ...articleHints(suite)].map(warning),
  ].sort(byLine);
}

function unusedLists(raw: RawSuite): Finding[] {
  const used = new Set(raw.dynamic.flatMap(({ slots }) => Object.values(slots)));
  return Object.keys(raw.lists)
    .filter((name) => !used.has(`$${name}`))
    .map((name) => ({ path: ['lists', name], reason: 'is used by no template', at: 'key' }));
}

/** Every list of words in the file, with its place. */
function wordLists(raw: RawSuite): (readonly [path: Finding['path'], words: readonly string[]])[] {
  const inSlots = raw.dynamic.flatMap(({ slots }, i) =>
    Object.entries(slots).map(([name, value]) => [['dynamic', i, 'slots', name], value] as const),
  );
  const shared = Object.entries(raw.lists).map(([name, value]) => [['lists', name], value] as const);
  return [...inSlots, ...shared].flatMap(([path, value]) =>
    typeof value === 'string' || 'from' in value ? [] : [[path, value] as const],
  );
}

function repeatedWords(raw: RawSuite): Finding[] {
  return wordLists(raw).flatMap(([path, words]) => {
    const seen = new Set<string>();
    return words.flatMap((word, i): Finding[] => {
      const known = seen.has(word.normalize('NFC'));
      seen.add(word.normalize('NFC'));
      const repeated = known
        ? [{ path: [...path, i], reason: `${JSON.stringify(word)} is there twice` }]
        : [];
      return [...repeated, ...wordFindings(word, [...path, i])];
    });
  });
}

function wordFindings(word: string, path: Finding['path']): Finding[] {
  const findings: Finding[] = [];
  if (word.trim() !== word)
    findings.push({ path, reason: `${JSON.stringify(word)} has a space at its edge` });
  if (doubled.test(word)) findings.push({ path, reason: `${JSON.stringify(word)} has a doubled space` });
  if (/[{}]/.test(word))
    findings.push({ path, reason: `${JSON.stringify(word)} has a brace: words are not filled` });
  return findings;
}

// Spaces at the start of a line are code or nested lists.
const doubled = /\S {2,}\S/;

function textFindings(text: string, path: Finding['path'], template: boolean): Finding[] {
  const findings: Finding[] = [];
  if (doubled.test(text)) findings.push({ path, reason: 'has a doubled space' });
  const rest = template ? text.replaceAll(slotPattern, '') : text;
  if (!balanced(rest)) findings.push({ path, reason: 'has a brace without its partner' });
  else if (template && /\{\w[\w-]*\}/.test(rest))
    findings.push({ path, reason: 'has braces that are no slot: a slot is {lower_case_words}' });
  else if (!template && text.search(slotPattern) >= 0)
    findings.push({ path, reason: 'has a slot: it belongs under "dynamic"' });
  return findings;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function lengthFindings(suite: Suite): Finding[] {
  return suite.dynamic.flatMap(({ template, slots }, i): Finding[] => {
    const longest = (name: string): number =>
      (slots[name] ?? []).reduce((most, word) => Math.max(most, word.length), 0);
    let length = 0;
    for (const [at, piece] of template.split(slotPattern).entries())
      length += at % 2 === 0 ? piece.length : longest(piece);
    if (length <= maxPromptLength) return [];
    const reason = `can be filled to ${length} characters; a prompt has at most ${maxPromptLength}`;
    return [{ path: ['dynamic', i, 'template'], reason }];
  });
}

function spaceFindings(suite: Suite): { errors: Finding[]; warnings: Finding[] } {
  const space = promptSpace(suite);
  const pathOf = (id: string): Finding['path'] => {
    const fixed = suite.fixed.findIndex((entry) => entry.id === id);
    if (fixed >= 0) return ['fixed', fixed, 'prompt'];
    return ['dynamic', suite.dynamic.findIndex((entry) => entry.id === id), 'template'];
  };
  const errors = space.collisions.map(([first, second]): Finding => {
    const reason =
      first === second ? 'two of its fillings read the same' : `can read the same as the prompt ${first}`;
    return { path: pathOf(second), reason };
  });
  const warnings: Finding[] = [];
  if (space.texts < smallSpace) {
    const few = `asks ${space.texts} different prompts, fewer than ${smallSpace}: a provider could prepare for them`;
    warnings.push({ path: [], reason: few });
  }
  if (!space.exact && errors.length === 0) {
    const reason = 'is too tangled to prove that no two prompts read the same: keep slots apart with words';
    warnings.push({ path: [], reason });
  }
  return { errors, warnings };
}
