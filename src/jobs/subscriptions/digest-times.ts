import { DAY_MS } from '../../core/index.js';

const MORNING_HOUR = 8;
const MONDAY = 1;

/** The last morning at or before a time, and the first after it; ms since the Unix epoch. */
export interface DigestTimes {
  readonly last: number;
  readonly next: number;
}

/**
 * When digests come: at 08:00 in the time zone, every day or every Monday. Where the clocks change that stays 08:00 on the
 * wall; a day that a zone left out has no digest.
 */
export function digestTimes(frequency: 'daily' | 'weekly', timezone: string, at: number): DigestTimes {
  const offset = offsetReader(timezone);
  // Midnight of the local date at that time, as if it were UTC.
  const today = Math.floor((at + offset(at)) / DAY_MS) * DAY_MS;
  const days = Array.from({ length: 17 }, (_, i) => today + (i - 8) * DAY_MS).filter(
    (day) => frequency === 'daily' || new Date(day).getUTCDay() === MONDAY,
  );
  const mornings = days.map((day) => instantOf(day + MORNING_HOUR * 3_600_000, offset));
  return {
    last: Math.max(...mornings.filter((time) => time <= at)),
    next: Math.min(...mornings.filter((time) => time > at)),
  };
}

/** When the wall clock shows a time (as if it were UTC); the second look is for a change of the clocks in between. */
function instantOf(wall: number, offset: (at: number) => number): number {
  const first = wall - offset(wall);
  return wall - offset(first);
}

/** How far a zone's wall clock is ahead of UTC at a time, in ms. */
function offsetReader(timezone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(at / 1000) * 1000;
  };
}
