import { alertSecretKeys } from './alert-schema.js';
import { durationMs } from './durations.js';
import type { Environment } from './env.js';
import { secretProblem } from './env.js';
import { type Finding, field, items, type Path } from './findings.js';
import { envNamePattern } from './schema-parts.js';

/**
 * What one part of the file says about another, and about the environment. Works on data of any shape,
 * so that these findings stand beside the schema's; what has the wrong shape is left to the schema.
 * @param env null: secrets are not looked up
 */
export function crossFindings(data: unknown, env: Environment | null): Finding[] {
  return [
    ...repeatedIds(data),
    ...repeatedSuites(data),
    ...mailWithoutServer(data),
    ...halfALogin(data),
    ...endpoints(data).flatMap(({ path, value }) => hastyTimeout(value, path)),
    ...(env === null ? [] : missingSecrets(data, env)),
  ];
}

interface Part {
  readonly path: Path;
  readonly value: unknown;
}

function watchesOf(data: unknown): Part[] {
  return items(field(data, 'watches')).map((value, i) => ({ path: ['watches', i], value }));
}

function endpoints(data: unknown): Part[] {
  return watchesOf(data).flatMap(({ path, value }) =>
    ['listed', 'released'].map((side) => ({ path: [...path, side], value: field(value, side) })),
  );
}

function alerts(data: unknown): Part[] {
  return watchesOf(data).flatMap(({ path, value }) =>
    items(field(value, 'alerts')).map((target, i) => ({ path: [...path, 'alerts', i], value: target })),
  );
}

function repeatedIds(data: unknown): Finding[] {
  const ids = watchesOf(data).map(({ path, value }) => ({
    path: [...path, 'id'],
    value: field(value, 'id'),
  }));
  return repeated(ids).map((path) => ({ path, reason: 'is the id of an earlier watch: ids must be unique' }));
}

function repeatedSuites(data: unknown): Finding[] {
  const lists = watchesOf(data).flatMap(({ path, value }) => [
    { path: [...path, 'suites'], value: field(value, 'suites') },
    { path: [...path, 'canary', 'suites'], value: field(field(value, 'canary'), 'suites') },
  ]);
  return lists.flatMap(({ path, value }) => {
    const suites = items(value).map((suite, i) => ({
      path: [...path, i],
      value: field(suite, 'file') ?? suite,
    }));
    return repeated(suites).map((at) => ({ path: at, reason: 'is named twice' }));
  });
}

/** The paths of texts that an earlier part has too. */
function repeated(parts: readonly Part[]): Path[] {
  const seen = new Set<string>();
  return parts.flatMap(({ path, value }) => {
    if (typeof value !== 'string') return [];
    const again = seen.has(value);
    seen.add(value);
    return again ? [path] : [];
  });
}

function mailWithoutServer(data: unknown): Finding[] {
  if ((field(data, 'smtp') ?? null) !== null) return [];
  return alerts(data)
    .filter(({ value }) => field(value, 'kind') === 'email')
    .map(({ path }) => ({
      path,
      reason: 'alerts by e-mail need a mail server: set smtp at the top of the file',
    }));
}

function halfALogin(data: unknown): Finding[] {
  const smtp = field(data, 'smtp');
  const has = (key: string): boolean => (field(smtp, key) ?? null) !== null;
  if (has('user_env') === has('password_env')) return [];
  return [{ path: ['smtp'], reason: 'needs both user_env and password_env, or neither' }];
}

function hastyTimeout(endpoint: unknown, path: Path): Finding[] {
  const first = field(endpoint, 'first_byte_timeout');
  const total = field(endpoint, 'total_timeout') ?? '180s';
  if (typeof first !== 'string' || typeof total !== 'string') return [];
  if ((durationMs(first) ?? 0) <= (durationMs(total) ?? Number.POSITIVE_INFINITY)) return [];
  return [
    { path: [...path, 'first_byte_timeout'], reason: `must not be longer than total_timeout (${total})` },
  ];
}

function missingSecrets(data: unknown, env: Environment): Finding[] {
  const smtp = { path: ['smtp'], value: field(data, 'smtp') };
  const names: Part[] = [
    { path: ['smtp', 'user_env'], value: field(smtp.value, 'user_env') },
    { path: ['smtp', 'password_env'], value: field(smtp.value, 'password_env') },
    ...endpoints(data).map(({ path, value }) => ({
      path: [...path, 'api_key_env'],
      value: field(value, 'api_key_env'),
    })),
    ...alerts(data).flatMap(({ path, value }) =>
      alertSecretKeys.map((key) => ({ path: [...path, key], value: field(value, key) })),
    ),
  ];
  return names.flatMap(({ path, value }) => {
    if (typeof value !== 'string' || !envNamePattern.test(value)) return [];
    const reason = secretProblem(env, value);
    return reason === null ? [] : [{ path, reason }];
  });
}
