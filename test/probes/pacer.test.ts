import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPacer, createPacers } from '../../src/probes/pacer.js';

const never = new AbortController().signal;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a pacer', () => {
  it('spreads requests over the minute, and goes on when the clock is set back by hours', async () => {
    const limited = createPacer({ requestsPerMinute: 3000, concurrency: 64 });
    const starts: number[] = [];
    const note = async (): Promise<void> => {
      starts.push(performance.now());
      if (starts.length === 2) vi.spyOn(Date, 'now').mockReturnValue(1000);
    };
    await Promise.all(Array.from({ length: 5 }, () => limited.run(note, never)));
    await limited.run(note, never);
    // Six requests lie five slices of 20 ms apart; each timer may be a millisecond early.
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(90);
  });

  it('lets one that no longer waits go, and keeps its slice for the next', async () => {
    const limited = createPacer({ requestsPerMinute: 1, concurrency: 64 });
    const leaving = new AbortController();
    await limited.run(async () => undefined, never);
    const left = limited.run(async () => 'sent', leaving.signal);
    leaving.abort(new Error('the trial ended'));
    await expect(left).rejects.toThrow('the trial ended');
  });

  it('holds the strictest limits that watches state for one account', async () => {
    const [shared] = createPacers([
      ['a', { requestsPerMinute: null, concurrency: 3 }],
      ['a', { requestsPerMinute: null, concurrency: 1 }],
    ]).values();
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, () => shared?.run(work, never)));
    expect(most).toBe(1);
  });
});
