import fc from 'fast-check';
import type { CompleteTrial, TrialRecord, VoidTrial } from '../../../src/fingerprint/index.js';

/** Few texts, so that equal answers and equal feature values are common. */
const common: fc.Arbitrary<string> = fc.constantFrom(
  '',
  'Yes.',
  'Yes.\r\n\r\n',
  'No!',
  'Sure 🎉 let us go.',
  '## Plan\n\n- one\n- **two**\n',
);

const piece: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('the ', 'a plain word, ', 'I think. ', '\n\n', '- ', '**', '```\n', '| a | b |\n'),
  fc.constantFrom(
    '\ud83d',
    '\udc00',
    '\0',
    '\u001b[31m',
    '\u202eabc',
    '\u0301\u0316',
    '👩‍👩‍👧',
    '__proto__ ',
  ),
);

/** Short answers: common ones, or anything that a hostile side could send. */
export const answerText: fc.Arbitrary<string> = fc.oneof(
  common,
  fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
);

/** A complete trial with 1 to 3 released answers. */
export const completeTrial: fc.Arbitrary<CompleteTrial> = fc
  .array(answerText, { minLength: 2, maxLength: 4 })
  .map(([listed = '', ...released]) => ({
    kind: 'complete',
    suite: 's',
    promptId: 'p',
    prompt: 'Prompt',
    listed,
    released,
  }));

const voidTrial: fc.Arbitrary<VoidTrial> = fc.record({
  kind: fc.constant('void'),
  suite: fc.constant('s'),
  promptId: fc.constant('p'),
  cause: fc.constantFrom('free', 'content', 'interrupted'),
  side: fc.constantFrom('listed', 'released', null),
  reason: fc.constantFrom('timeout', '__proto__', 'constructor'),
});

/** A trial, complete or void. */
export const trialRecord: fc.Arbitrary<TrialRecord> = fc.oneof(
  { weight: 5, arbitrary: completeTrial },
  { weight: 1, arbitrary: voidTrial },
);

/** Answers that are one thing over and over, up to 100,000 UTF-16 units long. */
export const monotonousText: fc.Arbitrary<string> = fc
  .record({
    unit: fc.constantFrom(
      ...['a', 'A ', '0', '\0', '\ud800', '\udfff', '\u001b[0m', '\u0301', '\u0316\u0301', '\u200d', '🎉'],
      ...[
        '👩‍👩‍👧',
        '🇩🇪',
        '\u05e9\u05dc\u05d5\u05dd ',
        '\u0627\u0644',
        '\u202e',
        '字',
        '!',
        '*',
        '`',
        '#',
        '\n',
        ' ',
        '\t',
        '|',
        '(',
      ],
    ),
    length: fc.constantFrom(1, 2, 301, 8_001, 100_000),
    before: fc.constantFrom('', 'e', '- '),
  })
  .map(({ unit, length, before }) => before + unit.repeat(length / unit.length));
