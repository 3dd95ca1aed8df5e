import { basename } from 'node:path';
import { type Clock, canonicalJson, canonicalText, errorMessage, plainLine, sha256 } from '../core/index.js';
import { failed } from './endpoints/classify.js';
import { ProbeError } from './errors.js';
import { type Endpoint, noMeta, type Outcome } from './outcome.js';
import { type AnswerFile, readAnswers } from './read-answers.js';
import type { FixedPrompt, Suite } from './suite-source.js';

/** A file of recorded answers that can serve as a side of a watch. */
export interface Recording {
  readonly path: string;
  readonly file: AnswerFile;
}

/** Reads recorded answers, all of them good. @throws ProbeError naming file, line and reason */
export async function openRecording(path: string): Promise<Recording> {
  let file: AnswerFile;
  try {
    file = await readAnswers(path);
  } catch (cause) {
    throw new ProbeError(plainLine(`${path} can't be read: ${errorMessage(cause)}`, 500), { cause });
  }
  const [first] = file.malformed.first;
  if (first) {
    const others = file.malformed.count > 1 ? ` (and ${file.malformed.count - 1} more lines)` : '';
    throw new ProbeError(plainLine(`${path}:${first.line}: ${first.reason}${others}`, 500));
  }
  if (file.records.length === 0) throw new ProbeError(plainLine(`${path} holds no answers`));
  return { path, file };
}

/**
 * The prompts that every one of the recordings answers, as a suite of fixed prompts: no other prompt can
 * be asked. The suite's hash is that of the files. @throws ProbeError when they have no prompt in common
 */
export function recordedSuite(recordings: readonly Recording[]): Suite {
  const [first, ...others] = recordings.map(({ file }) => promptsOf(file));
  const fixed = [...(first ?? new Map<string, FixedPrompt>())]
    .filter(([key]) => others.every((prompts) => prompts.has(key)))
    .map(([, prompt]) => prompt);
  const names = recordings.map(({ path }) => basename(path)).join(' and ');
  if (fixed.length === 0) throw new ProbeError(plainLine(`${names} have no prompt in common`));
  return {
    id: 'recorded',
    version: 1,
    title: plainLine(`Prompts of ${names}`),
    fixed,
    dynamic: [],
    hash: sha256(canonicalJson(recordings.map(({ file }) => file.sha256))),
  };
}

function promptsOf(file: AnswerFile): Map<string, FixedPrompt> {
  const prompts = new Map<string, FixedPrompt>();
  for (const { prompt_id, prompt } of file.records) {
    const key = canonicalText(prompt);
    if (!prompts.has(key))
      prompts.set(key, { id: prompt_id.toWellFormed().slice(0, 64), language: 'und', prompt });
  }
  return prompts;
}

/**
 * A side whose answers were given before. Each is used once, in the order of the file; a prompt without one
 * left voids its trial freely, as nothing was said.
 */
export function createRecordedEndpoint({ file }: Recording, clock: Clock): Endpoint {
  const unused = new Map<string, string[]>();
  for (const { prompt, response } of file.records) {
    const key = canonicalText(prompt);
    const answers = unused.get(key);
    if (answers) answers.push(response);
    else unused.set(key, [response]);
  }
  return {
    ask: async (prompt, signal) => {
      const stopped = signal.aborted;
      const text = stopped ? undefined : unused.get(canonicalText(prompt))?.shift();
      const outcome = stopped ? interrupted : outcomeOf(text?.toWellFormed());
      return { outcome, meta: noMeta, attempts: 0, startedAt: clock.now(), latencyMs: 0 };
    },
  };
}

const interrupted = failed('interrupted', 'the trial ended before the answer was looked up', {
  beforeGeneration: true,
});

function outcomeOf(text: string | undefined): Outcome {
  if (text === undefined)
    return failed('not-recorded', 'no unused answer to this prompt is recorded', { beforeGeneration: true });
  return text.trim() === '' ? failed('empty', 'the recorded answer is empty') : { kind: 'answer', text };
}
