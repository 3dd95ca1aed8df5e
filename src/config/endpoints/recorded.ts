import { basename } from 'node:path';
import { z } from 'zod';
import { line } from '../schema-parts.js';
import type { RecordedEndpointConfig } from '../types.js';
import type { EndpointKind } from './api.js';

const fields = z.strictObject({
  kind: z.literal('recorded').describe('Answers from a file; the watch takes its prompts from it.'),
  file: line(1000).describe(
    'Lines of {"prompt", "response"}, as .jsonl or .jsonl.gz, relative to this file.',
  ),
  model: line(200).nullish().describe("The model's name, for people. Default: the file's name."),
});

/** Answers that were recorded before. */
export const recordedKind: EndpointKind = fields.transform(
  (raw): RecordedEndpointConfig => ({
    kind: 'recorded',
    path: raw.file,
    model: raw.model ?? basename(raw.file),
    // A look-up takes no time: how many trials run at once is the other side's business.
    concurrency: 1,
    requestsPerMinute: null,
  }),
) as unknown as EndpointKind;
