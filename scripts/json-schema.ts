// Writes data/twinwatch.schema.json: `npm run data:schema`. A test keeps it in step with the code.
import { writeFileSync } from 'node:fs';
import { watchFileJsonSchema } from '../src/config/index.js';

const target = new URL('../data/twinwatch.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(watchFileJsonSchema(), null, 2)}\n`);
