import { apiKind, type EndpointKind } from './api.js';
import { chatSpec } from './openai.js';

/** Gemini, through Google's route for chat completions clients. */
export const geminiKind: EndpointKind = apiKind({
  ...chatSpec,
  kind: 'gemini',
  title: "Gemini's chat completions route.",
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  settings: [],
});
