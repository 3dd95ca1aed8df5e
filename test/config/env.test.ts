import { describe, expect, test } from 'vitest';
import { environmentFrom } from '../../src/config/env.js';
import { ConfigError, readEnvironment, secretOf } from '../../src/config/index.js';

describe('the environment', () => {
  test('defaults and switches', () => {
    expect(environmentFrom({})).toMatchObject({ noColor: false, ci: false, logLevel: 'info' });
    expect(environmentFrom({ NO_COLOR: '1', CI: 'true', TWINWATCH_LOG_LEVEL: 'debug' })).toMatchObject({
      noColor: true,
      ci: true,
      logLevel: 'debug',
    });
    expect(environmentFrom({ CI: 'false', NO_COLOR: '' })).toMatchObject({ ci: false, noColor: false });
    expect(() => environmentFrom({ TWINWATCH_LOG_LEVEL: 'loud' })).toThrow(
      'environment TWINWATCH_LOG_LEVEL: must be one of silent, error, warn, info, debug, trace',
    );
  });

  test('reads this process', () => {
    expect(readEnvironment().secret('PATH')).toBe(process.env.PATH);
  });

  test('secrets are values, or a reason that does not quote them', () => {
    const env = environmentFrom({ KEY: 's3cret', EMPTY: '', BROKEN: 's3cret\r\nX: y' });
    expect(secretOf(env, 'KEY')).toBe('s3cret');
    for (const name of ['EMPTY', 'NONE', 'toString', 'BROKEN']) {
      const read = (): string => secretOf(env, name);
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(new RegExp(name));
      expect(read).not.toThrow(/s3cret/);
    }
  });
});
