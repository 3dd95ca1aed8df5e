import { expect, it } from 'vitest';
import { createReplay } from '../../src/evidence/bundle/replay.js';
import type { LoggedWatch } from '../../src/evidence/bundle/watch-log.js';
import { type CompleteTrial, defaultDefinition } from '../../src/fingerprint/index.js';

const trial: CompleteTrial = {
  kind: 'complete',
  suite: 's',
  promptId: 'p',
  prompt: 'Why?',
  listed: 'Because.',
  released: ['Because it is so.'],
};

/** A watch in its first epoch whose log has no verdict; the last round begins with trial `firstSeq`. */
function watch(lastEpoch: number, firstSeq: number): LoggedWatch {
  const rounds = [{ firstSeq }];
  const engine = { read: defaultDefinition(0.001) };
  return { epoch: 1, lastEpoch, engine, rounds, verdicts: [] } as unknown as LoggedWatch;
}

it('asks for an entry of every change of the verdict, but in the last round of an epoch that was left', () => {
  const missing = 'trial 1 leads to "undecided", of which the log says nothing';
  expect(() => createReplay(watch(1, 1)).add(trial)).toThrow(missing);
  expect(() => createReplay(watch(2, 2)).add(trial)).toThrow(missing);
  const left = createReplay(watch(2, 1));
  left.add(trial);
  expect(left.end()).toMatchObject({ seq: 1, verdicts: 0, status: { verdict: 'undecided', trials: 1 } });
});
