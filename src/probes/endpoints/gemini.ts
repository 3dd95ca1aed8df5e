import { chatProtocol } from './openai-chat.js';
import type { Protocol } from './protocol.js';

/**
 * Gemini's route for chat completions clients (https://ai.google.dev/gemini-api/docs/openai). It differs in
 * that thoughts stand in front of the answer, in a tag, and in that reasons of its own follow `content_filter`.
 */
export const geminiProtocol: Protocol = {
  ...chatProtocol,
  settle: (draft) => {
    const thought = /^<thought>([\s\S]*?)(?:<\/thought>|$)/.exec(draft.content);
    if (thought === null) return null;
    draft.reasoning += thought[1] ?? '';
    draft.content = draft.content.slice(thought[0].length);
    return null;
  },
};
