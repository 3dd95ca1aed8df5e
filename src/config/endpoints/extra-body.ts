import { z } from 'zod';
import type { Json } from '../../core/index.js';
import { seedReason } from '../explain.js';
import { isRecord, type Path } from '../findings.js';

/** Why a setting that freezes answers is refused. */
export const fresh = 'every answer must be drawn afresh';

/** Body keys that have a place of their own in the watch file, or that the program sets itself. */
export type ReservedKeys = Readonly<Record<string, string>>;

const always: ReservedKeys = {
  model: 'set model instead',
  stream: 'set stream instead',
  temperature: 'set params.temperature instead',
  top_p: 'set params.top_p instead',
};

/** Further keys of a request's body, as they are sent. */
export function extraBody(reserved: ReservedKeys): z.ZodRecord<z.ZodString, z.ZodCustom<Json, Json>> {
  const keys = new Map(Object.entries({ ...always, ...reserved }));
  return (
    z
      // What YAML holds is JSON once numbers are finite, which the check below sees to.
      .record(z.string(), z.custom<Json>())
      .superRefine((body, context) => {
        for (const { path, message } of bodyProblems(body, keys)) {
          context.addIssue({ code: 'custom', path: [...path], message });
        }
      })
  );
}

interface BodyProblem {
  readonly path: Path;
  readonly message: string;
}

function bodyProblems(
  body: { readonly [key: string]: Json },
  reserved: ReadonlyMap<string, string>,
): BodyProblem[] {
  const problems = Object.keys(body).flatMap((key): BodyProblem[] => {
    const message = reserved.get(key);
    return message === undefined ? [] : [{ path: [key], message }];
  });
  if (body.top_k === 1) problems.push({ path: ['top_k'], message: `must be above 1: ${fresh}` });
  return [...problems, ...nestedProblems(body, [])];
}

function nestedProblems(value: Json, path: Path): BodyProblem[] {
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ path, message: 'must be a finite number' }];
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, Json][] = isRecord(value) ? Object.entries(value) : [...value.entries()];
  return entries.flatMap(([key, item]) =>
    key === 'seed' ? [{ path: [...path, key], message: seedReason }] : nestedProblems(item, [...path, key]),
  );
}
