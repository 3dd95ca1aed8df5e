import { z } from 'zod';
import { canonicalJson, canonicalText, type Json, sha256 } from '../../core/index.js';
import type { TrialRecord } from '../../fingerprint/index.js';
import { type PlannedTrial, readLogprobs, type Slot } from '../../probes/index.js';
import type { TrialWithAnswers } from '../../store/index.js';
import { atEntry, BundleProblem } from './errors.js';
import type { AnswerPlace } from './payloads.js';
import type { LoggedTrial, LoggedWatch } from './watch-log.js';

/** An answer of a trial. All three texts are null where the text was removed. */
interface BundledAnswer extends AnswerPlace {
  readonly text: string | null;
  readonly rawText: string | null;
  readonly logprobs: string | null;
}

/** A trial's line of `answers.jsonl`: what was asked, and what was said. */
interface AnswerLine extends Omit<PlannedTrial, 'promptHash'> {
  readonly seq: number;
  readonly answers: readonly BundledAnswer[];
}

const slotName = z.custom<Slot>(
  (value) => typeof value === 'string' && /^(listed|released:[0-7])$/.test(value),
);
const text = z.string().nullable();

const lineShape: z.ZodType<AnswerLine> = z.strictObject({
  seq: z.int(),
  suite: z.string(),
  promptId: z.string(),
  prompt: z.string(),
  order: z.array(slotName).max(9),
  answers: z
    .array(
      z.strictObject({
        side: z.enum(['listed', 'released']),
        slot: z.int(),
        text,
        rawText: text,
        logprobs: text,
      }),
    )
    .max(9),
});

/** The line of a stored trial; its answers are those that the log says have a text, in the log's order. */
export function answerLine({ trial, answers }: TrialWithAnswers, logged: LoggedTrial): string {
  const line: AnswerLine = {
    seq: trial.seq,
    suite: trial.suite,
    promptId: trial.prompt_id,
    prompt: trial.prompt,
    order: JSON.parse(trial.slot_order) as AnswerLine['order'],
    answers: withText(logged).map(({ side, slot }) => {
      const row = answers.find((one) => one.side === side && one.slot === slot);
      return {
        side,
        slot,
        text: row?.text ?? null,
        rawText: row?.raw_text ?? null,
        logprobs: row?.logprobs ?? null,
      };
    }),
  };
  return canonicalJson(line as unknown as Json);
}

/** A trial that was checked against the log. */
export interface CheckedTrial {
  readonly planned: PlannedTrial;
  /** The engine's view of it; null where a text that it needs was removed. */
  readonly record: TrialRecord | null;
  readonly answers: number;
  /** Answers whose text was removed. */
  readonly removed: number;
}

/** Checks the line of trial `seq`: every text against its logged hash. @throws BundleProblem naming the trial's entry */
export function checkAnswerLine(text: string, seq: number, watch: LoggedWatch): CheckedTrial {
  const logged = watch.trial(seq);
  return atEntry(logged.height, () => {
    const line = lineShape.parse(JSON.parse(text));
    if (canonicalJson(line as unknown as Json) !== text)
      throw new Error(`trial ${seq} is not written as a bundle has it`);
    if (line.seq !== seq) throw new Error(`trial ${line.seq} stands where trial ${seq} belongs`);
    const { suite, promptId, prompt, order } = line;
    const promptHash = sha256(canonicalText(prompt));
    if (promptHash !== logged.prompt)
      throw new Error(`the prompt of trial ${seq} is not the one that was asked`);
    const removed = checkAnswers(line, logged, watch);
    const planned = { suite, promptId, prompt, promptHash, order };
    const needsTexts = logged.void === null;
    const record = needsTexts && removed > 0 ? null : recordOf(line, logged);
    return { planned, record, answers: line.answers.length, removed };
  });
}

function withText({ answers }: LoggedTrial): LoggedTrial['answers'] {
  return answers.filter(({ text }) => text !== null);
}

/** Returns how many texts were removed. */
function checkAnswers({ seq, answers }: AnswerLine, logged: LoggedTrial, watch: LoggedWatch): number {
  const expected = withText(logged);
  if (answers.length !== expected.length)
    throw new Error(`trial ${seq} has ${answers.length} answers here, ${expected.length} in the log`);
  let removed = 0;
  for (const [i, answer] of answers.entries()) {
    const hashes = expected[i];
    const name = `the ${answer.side} answer ${answer.slot} of trial ${seq}`;
    if (hashes === undefined || answer.side !== hashes.side || answer.slot !== hashes.slot)
      throw new Error(`${name} is not the one that the log has in its place`);
    if (answer.text === null) {
      if (!watch.isRemoved(seq, answer))
        throw new Error(
          `${name} has no text, and the log up to the checkpoint does not say that it was removed`,
        );
      if (answer.rawText !== null || answer.logprobs !== null)
        throw new Error(`${name} was removed in part only`);
      removed += 1;
    } else {
      for (const part of ['text', 'rawText', 'logprobs'] as const)
        if (hashOf(answer[part]) !== hashes[part])
          throw new Error(`${name} is not what was said: its ${part}`);
    }
  }
  return removed;
}

function hashOf(text: string | null): string | null {
  return text === null ? null : sha256(text);
}

function recordOf({ suite, promptId, prompt, answers }: AnswerLine, logged: LoggedTrial): TrialRecord {
  if (logged.void !== null) return { kind: 'void', suite, promptId, ...logged.void };
  const [listed, ...others] = answers.filter(({ side }) => side === 'listed');
  const released = answers.filter(({ side }) => side === 'released').sort((a, b) => a.slot - b.slot);
  if (listed === undefined || others.length > 0 || released.length === 0)
    throw new BundleProblem('the trial is complete, but its answers are not', logged.height);
  const textOf = ({ text }: BundledAnswer): string => text ?? '';
  const tokensOf = ({ logprobs }: BundledAnswer): ReturnType<typeof readLogprobs> => readLogprobs(logprobs);
  return {
    kind: 'complete',
    suite,
    promptId,
    prompt,
    listed: textOf(listed),
    released: released.map(textOf),
    tokens: { listed: tokensOf(listed), released: released.map(tokensOf) },
  };
}
