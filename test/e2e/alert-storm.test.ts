import { expect, it } from 'vitest';
import { runStorm } from '../../bench/_util/alert-storm.js';

it('brings every subscriber each message in order, under one id, however often it is killed', async () => {
  const storm = await runStorm({
    subscribers: 300,
    messages: 2,
    deadChannels: 20,
    kills: 4,
    longestLifeMs: 600,
    limitMs: 60_000,
  });
  expect(storm).toMatchObject({ lost: 0, strange: 0, unsigned: 0, outOfOrder: 0, givenUp: 0 });
}, 120_000);
