import { expect, it } from 'vitest';
import { ConfigError, parseWatchFile } from '../../src/config/index.js';
import fixtures from '../evidence/fixtures/cosignatures.json' with { type: 'json' };

const witnessesOf = (keys: readonly string[]): readonly string[] => {
  const side = { kind: 'openai', base_url: 'http://127.0.0.1:1/v1', model: 'm' };
  const watches = [{ id: 'w', listed: side, released: side, schedule: '0 0 1 1 *' }];
  const file = { version: 1, evidence: { witnesses: keys }, watches };
  return parseWatchFile(JSON.stringify(file), 'twinwatch.yaml', null).evidence.witnesses;
};

it('takes the verifier keys of witnesses, and no others', () => {
  const keys = fixtures.witnesses.map(({ verifier }) => verifier);
  expect(keys).toHaveLength(2);
  expect(witnessesOf(keys)).toEqual(keys);
  const [key = ''] = keys;
  for (const wrong of [
    fixtures.log,
    key.slice(1),
    key.slice(0, -1),
    `${key.slice(0, -2)}A=`,
    key.replace('db3d0923', 'db3d0924'),
    'example.org',
    '',
  ])
    expect(() => witnessesOf([key, wrong]), wrong).toThrow(ConfigError);
});
