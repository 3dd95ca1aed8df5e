import { ConfigError } from './errors.js';

/** What the program takes from the environment. Nothing else reads `process.env`. */
export interface Environment {
  /** The value of the variable `name`; null when it is unset or empty. */
  secret(name: string): string | null;
  /** NO_COLOR is set (https://no-color.org). */
  readonly noColor: boolean;
  /** CI is set, to anything but `0` or `false`. */
  readonly ci: boolean;
  /** TWINWATCH_LOG_LEVEL: `silent`, `error`, `warn`, `info` (default), `debug` or `trace`. */
  readonly logLevel: string;
  /** Who uses the program, as the system calls them. */
  readonly user: string;
}

const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];

/**
 * The environment of this process.
 * @throws ConfigError when TWINWATCH_LOG_LEVEL is not a log level
 */
export function readEnvironment(): Environment {
  return environmentFrom(process.env);
}

/** {@link readEnvironment} over any set of variables. */
export function environmentFrom(variables: { readonly [name: string]: string | undefined }): Environment {
  const value = (name: string): string | null =>
    Object.hasOwn(variables, name) ? variables[name] || null : null;
  const logLevel = value('TWINWATCH_LOG_LEVEL') ?? 'info';
  if (!logLevels.includes(logLevel)) {
    throw environmentError('TWINWATCH_LOG_LEVEL', `must be one of ${logLevels.join(', ')}`);
  }
  return {
    secret: value,
    noColor: value('NO_COLOR') !== null,
    ci: !['0', 'false', null].includes(value('CI')),
    logLevel,
    user: value('USER') ?? value('USERNAME') ?? 'operator',
  };
}

/**
 * The secret in the environment variable `name`.
 * @throws ConfigError when it is unset, empty or holds a line break
 */
export function secretOf(env: Environment, name: string): string {
  const reason = secretProblem(env, name);
  const value = env.secret(name);
  if (reason !== null || value === null) throw environmentError(name, reason ?? 'is not set');
  return value;
}

/** Why the variable can't be used as a secret, or null. Never quotes its value. */
export function secretProblem(env: Environment, name: string): string | null {
  const value = env.secret(name);
  if (value === null) return `the environment variable ${name} is not set`;
  return /\p{Cc}/u.test(value)
    ? `the environment variable ${name} holds a line break or another control character`
    : null;
}

function environmentError(key: string, reason: string): ConfigError {
  return new ConfigError([{ file: 'environment', line: null, column: null, key, reason }]);
}
