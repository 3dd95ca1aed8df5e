import { expect, it } from 'vitest';
import { runProgram } from '../_util/program.js';

it('shows the truth about four pairs, as JSON on stdout alone', async () => {
  const { code, stdout } = await runProgram(['demo', '--json', '--seed', '1'], { limitMs: 60_000 });
  const summary = JSON.parse(stdout) as { watches: { id: string; [key: string]: unknown }[] };

  expect(summary).toMatchObject({ seed: '1', asExpected: true });
  expect(summary.watches.map(({ id }) => id)).toEqual(['arena-tuned', 'same', 'swapped', 'faulty']);
  for (const watch of summary.watches) {
    expect(watch).toMatchObject({
      alpha: 0.001,
      trials: expect.any(Number),
      voidTrials: expect.any(Number),
      findings: expect.any(Array),
    });
    expect(['number', 'object']).toContain(typeof watch.eValue);
  }
  const [tuned, same, swapped, faulty] = summary.watches;
  expect(tuned).toMatchObject({ verdict: 'different', alarmAtTrial: expect.any(Number) });
  expect(tuned?.findings).not.toEqual([]);
  expect(same).toMatchObject({ alarmAtTrial: null });
  expect(['undecided', 'equivalent']).toContain(same?.verdict);
  expect(swapped).toMatchObject({ verdict: 'different', alarmAtTrial: expect.any(Number) });
  // It answers as the other model for its first 40 requests: an alarm before that would be luck.
  expect(swapped?.alarmAtTrial).toBeGreaterThan(40);
  expect(faulty).toMatchObject({ verdict: 'unreadable', alarmAtTrial: null });
  expect(faulty?.voidTrials).toBeGreaterThan(0);
  expect(code).toBe(0);
}, 70_000);
