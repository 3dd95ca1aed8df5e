import type { z } from 'zod';
import type { Finding, Path } from './findings.js';
import { nearest } from './suggest.js';

/** Why a seed is refused, wherever it stands. */
export const seedReason =
  'a seed can freeze the answers, and every answer must be drawn afresh: leave it out';

const fromEnvironment = 'secrets come only from the environment: name the variable with';

/** Keys that people write for a reason, so that "unknown key" would not help them. */
const refusedKeys: ReadonlyMap<string, string> = new Map([
  ['seed', seedReason],
  ['api_key', `${fromEnvironment} api_key_env`],
  ['password', `${fromEnvironment} password_env`],
  ['secret', `${fromEnvironment} secret_env`],
  ['<<', 'merge keys are not supported: repeat the keys, or use an alias for the whole map'],
]);

const typeNames: ReadonlyMap<string, string> = new Map([
  ['string', 'text (put it in quotes)'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map of keys'],
  ['record', 'a map of keys'],
]);

/** The reason shown for a value that the schema refuses. Never quotes the value: it may be a secret in the wrong place. */
export function explain(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing';
  if (issue.input === null) return 'is empty';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be one of ${issue.options.join(', ')}` : 'is not valid';
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}${units(issue.origin)}`;
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}${units(issue.origin)}`;
    case 'unrecognized_keys':
      // One reason a line; findingsOf takes them apart again.
      return issue.keys.map((key) => unknownKey(key, knownKeys(issue.inst))).join('\n');
    default:
      return 'is not valid';
  }
}

function units(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}

function unknownKey(key: string, known: readonly string[]): string {
  const refused = refusedKeys.get(key);
  if (refused !== undefined) return refused;
  const near = nearest(key, known);
  return near === null
    ? `is an unknown key (known here: ${known.join(', ')})`
    : `is an unknown key: did you mean ${near}?`;
}

function knownKeys(schema: unknown): readonly string[] {
  const def = (schema as z.ZodType | undefined)?._zod.def;
  return def !== undefined && 'shape' in def ? Object.keys(def.shape as object) : [];
}

/** One finding for each thing that the schema refused. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], above: Path = []): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') {
      const reasons = issue.message.split('\n');
      return issue.keys.map((key, i) => ({
        path: [...path, key],
        reason: reasons[i] ?? issue.message,
        at: 'key',
      }));
    }
    const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
    return branch === undefined ? [{ path, reason: issue.message }] : findingsOf(branch, path);
  });
}

/** Of a union's branches, the one that took the value's type, so that its own complaints help. */
function meantBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const wrongType = (issue: z.core.$ZodIssue | undefined): boolean =>
    issue?.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  return branches.find((issues) => !wrongType(issues[0]));
}
