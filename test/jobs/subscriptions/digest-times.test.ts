import { expect, it } from 'vitest';
import { digestTimes } from '../../../src/jobs/subscriptions/digest-times.js';

const times = (frequency: 'daily' | 'weekly', zone: string, at: string): string[] => {
  const { last, next } = digestTimes(frequency, zone, Date.parse(at));
  return [new Date(last).toISOString().slice(0, 16), new Date(next).toISOString().slice(0, 16)];
};

it.each([
  // The clocks of Berlin go forward on 29 March 2026 and back on 25 October.
  ['daily', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-28T07:00', '2026-03-29T06:00'],
  ['daily', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-24T06:00', '2026-10-25T07:00'],
  ['weekly', 'Europe/Berlin', '2026-03-24T12:00Z', '2026-03-23T07:00', '2026-03-30T06:00'],
  // New York: 8 March; half an hour on Lord Howe: 5 April; the southern summer ends in Auckland on that day too.
  ['daily', 'America/New_York', '2026-03-08T05:00Z', '2026-03-07T13:00', '2026-03-08T12:00'],
  ['daily', 'Australia/Lord_Howe', '2026-04-04T00:00Z', '2026-04-03T21:00', '2026-04-04T21:30'],
  ['daily', 'Pacific/Auckland', '2026-04-04T00:00Z', '2026-04-03T19:00', '2026-04-04T20:00'],
  ['daily', 'Asia/Kathmandu', '2026-01-01T02:15Z', '2026-01-01T02:15', '2026-01-02T02:15'],
  ['daily', 'Pacific/Kiritimati', '2026-01-01T00:00Z', '2025-12-31T18:00', '2026-01-01T18:00'],
  // Leap day, the turn of a year, and a Monday that is Sunday in UTC.
  ['daily', 'UTC', '2028-02-28T09:00Z', '2028-02-28T08:00', '2028-02-29T08:00'],
  ['daily', 'UTC', '2028-02-29T09:00Z', '2028-02-29T08:00', '2028-03-01T08:00'],
  ['weekly', 'UTC', '2027-12-29T00:00Z', '2027-12-27T08:00', '2028-01-03T08:00'],
  ['weekly', 'Asia/Tokyo', '2026-01-04T22:59Z', '2025-12-28T23:00', '2026-01-04T23:00'],
  // Samoa left out 30 December 2011.
  ['daily', 'Pacific/Apia', '2011-12-29T18:30Z', '2011-12-29T18:00', '2011-12-30T18:00'],
] as const)('%s in %s at %s: last %s, next %s', (frequency, zone, at, last, next) => {
  expect(times(frequency, zone, at)).toEqual([last, next]);
});

it('goes on from each morning to the next through a year, without a gap or a double', () => {
  for (const zone of ['Europe/London', 'America/Santiago', 'Africa/Casablanca']) {
    let at = Date.UTC(2027, 11, 31);
    for (let day = 0; day < 366; day += 1) {
      const { next } = digestTimes('daily', zone, at);
      expect(new Date(next).toLocaleTimeString('en-GB', { timeZone: zone })).toBe('08:00:00');
      expect(digestTimes('daily', zone, next).last).toBe(next);
      if (day > 0) expect(Math.abs(next - at - 86_400_000)).toBeLessThanOrEqual(3_600_000);
      at = next;
    }
  }
});
