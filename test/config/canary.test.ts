import { expect, it } from 'vitest';
import { ConfigError, parseWatchFile, type WatchConfig, watchDefinition } from '../../src/config/index.js';

const side = '{ kind: openai, base_url: "https://arena.example.org/v1", model: m }';
const recorded = '{ kind: recorded, file: a.jsonl, model: m }';

function watch(canary: string, more = '', listed = side): WatchConfig {
  const lines = ['id: one', 'schedule: "0 0 * * *"', `listed: ${listed}`, `released: ${side}`, canary, more];
  const text = `version: 1\nwatches:\n  - ${lines.filter((line) => line !== '').join('\n    ')}\n`;
  const [config] = parseWatchFile(text, '/etc/tw/twinwatch.yaml', null).watches;
  if (!config) throw new Error('no watch');
  return config;
}

it('gets every default, and keeps every setting with its paths resolved', () => {
  expect(watch('canary: {}').canary).toEqual({
    suites: [{ kind: 'builtin', id: 'one-token' }],
    cron: '*/15 * * * *',
    trialsPerRound: 2,
    suspicion: 20,
    extraRoundsPerDay: 4,
  });
  const all =
    'canary: { suites: [{ file: c.yaml }], cron: "* * * * *", trials_per_round: 1, suspicion: 99, extra_rounds_per_day: 0 }';
  expect(watch(all).canary).toEqual({
    suites: [{ kind: 'file', path: '/etc/tw/c.yaml' }],
    cron: '* * * * *',
    trialsPerRound: 1,
    suspicion: 99,
    extraRoundsPerDay: 0,
  });
});

it.each([
  ['canary: { suspicion: 1000 }', '', side, 'canary.suspicion: must be below 1/alpha (1000)'],
  ['canary: {}', 'alpha: 0.05', side, 'canary.suspicion: must be below 1/alpha (20)'],
  ['canary: { cron: "61 * * * *" }', '', side, 'canary.cron: is not a cron expression'],
  ['canary: { suites: [a, a] }', '', side, 'canary.suites[1]: is named twice'],
  ['canary: { tokens: 1 }', '', side, 'canary.tokens: is an unknown key'],
  ['canary: {}', '', recorded, 'canary: must be left out: recorded answers hold no other prompts'],
])('%s %s is refused', (canary, more, listed, reason) => {
  const parse = (): WatchConfig => watch(canary, more, listed);
  expect(parse).toThrow(ConfigError);
  expect(parse).toThrow(reason);
});

it('opens a new epoch by its suites alone', () => {
  const definition = (canary: string): unknown => watchDefinition(watch(canary));
  expect(definition('canary: {}')).not.toEqual(definition(''));
  expect(definition('canary: { suites: [coding] }')).not.toEqual(definition('canary: {}'));
  expect(definition('canary: { cron: "* * * * *", suspicion: 50 }')).toEqual(definition('canary: {}'));
});
