/**
 * Whether every subscriber hears of everything, and how fast: `npm run bench:alerts`. The outbox and the mail server run
 * in processes of their own. First the outbox is killed at random, with channels that are down beside it; then
 * signed mails are counted.
 */
import { loadavg } from 'node:os';
import { runStorm } from './_util/alert-storm.js';
import { atLeast, atMost, benchFlags, printFigures, reported } from './_util/report.js';

const { json, quick } = benchFlags();
const storm = await runStorm({
  subscribers: quick ? 1000 : 10_000,
  messages: 2,
  deadChannels: 20,
  kills: quick ? 5 : 20,
  longestLifeMs: quick ? 1000 : 3000,
  limitMs: 600_000,
});
const calm = await runStorm({
  subscribers: quick ? 2000 : 10_000,
  messages: 1,
  deadChannels: 0,
  kills: 0,
  longestLifeMs: 0,
  limitMs: 600_000,
});
printFigures(
  'alerts',
  [
    atMost('storm: mails to subscribers that never came', storm.lost, '', 0),
    atMost('storm: mails under another id', storm.strange, '', 0),
    atMost('storm: subscribers who got messages out of order', storm.outOfOrder, '', 0),
    atMost('storm: mails without a signature', storm.unsigned, '', 0),
    atMost('storm: messages to channels that are down, given up', storm.givenUp, '', 0),
    reported('storm: mails that came again, under the same id', storm.repeated, ''),
    atMost('calm: mails lost, strange or repeated', calm.lost + calm.strange + calm.repeated, '', 0),
    atLeast('calm: signed mails a second', calm.perSecond, '/s', 300),
    reported('threads that want the CPU (load)', loadavg()[0] ?? Number.NaN, ''),
  ],
  json,
);
