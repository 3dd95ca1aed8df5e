import { z } from 'zod';
import type { Json } from '../core/index.js';
import { watchFileSchema } from './watch-file-schema.js';

/** The JSON Schema (draft 2020-12) of the watch file, for editors. What only the program can check is not in it. */
export function watchFileJsonSchema(): Json {
  const schema = z.toJSONSchema(watchFileSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' });
  const json: Json = JSON.parse(JSON.stringify({ ...schema, title: 'Twinwatch watch file' }));
  return json;
}
