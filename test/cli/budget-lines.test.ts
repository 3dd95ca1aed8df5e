import { expect, it } from 'vitest';
import { budgetLine, pauseLine } from '../../src/cli/budget-lines.js';
import { lineEvents } from '../../src/cli/events.js';
import { capture } from '../_util/capture.js';

it('says why a watch waits, and until when', () => {
  const pause = { side: 'released', budget: 'money_per_month' } as const;
  expect(pauseLine(pause, '2026-02-01T00:00:00.000Z')).toBe(
    "paused (budget): the released side's money_per_month has no room for another trial; resumes 2026-02-01T00:00:00.000Z",
  );
  expect(pauseLine(pause, null)).toContain('has no room for even one trial');
});

it('shows what was used of each budget', () => {
  const common = { side: 'listed', renewsAt: '2026-02-01T00:00:00.000Z' } as const;
  const line = budgetLine('listed', [
    { ...common, budget: 'tokens_per_day', used: 12_345, limit: 200_000, currency: null },
    { ...common, budget: 'money_per_day', used: 0.000123, limit: 2, currency: 'USD' },
    { ...common, budget: 'money_per_month', used: 1234.5, limit: 2000, currency: 'USD' },
  ]);
  expect(line).toBe(
    'budget of the listed side: 12,345 of 200,000 tokens today, 0.000123 of 2.00 USD today, 1,234.50 of 2,000.00 USD this month',
  );
});

it('tells of a wait once, however often the round is tried', () => {
  const out = capture();
  const events = lineEvents(out, 6);
  const pause = { side: 'listed', budget: 'tokens_per_day', resumesAt: Date.UTC(2026, 1, 1) } as const;
  for (const round of [1, 1, 1]) events.roundPaused('pair', round, pause);
  events.roundPaused('pair', 1, { ...pause, resumesAt: Date.UTC(2026, 1, 2) });
  expect(out.text().split('\n')).toEqual([
    expect.stringMatching(/^pair {3}round 1 {2}paused \(budget\): .* resumes 2026-02-01T00:00:00.000Z$/),
    expect.stringMatching(/resumes 2026-02-02T/),
  ]);
});
