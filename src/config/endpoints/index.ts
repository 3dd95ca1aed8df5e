import { z } from 'zod';
import type { EndpointConfig } from '../types.js';
import { anthropicKind } from './anthropic.js';
import { browserKind } from './browser.js';
import { geminiKind } from './gemini.js';
import { openAiKind } from './openai.js';
import { openAiResponsesKind } from './openai-responses.js';
import { openRouterKind } from './openrouter.js';
import { recordedKind } from './recorded.js';

/** One side of a watch. */
export const endpointSchema: z.ZodType<EndpointConfig> = z.discriminatedUnion('kind', [
  openAiKind,
  openAiResponsesKind,
  anthropicKind,
  geminiKind,
  openRouterKind,
  recordedKind,
  browserKind,
]);
