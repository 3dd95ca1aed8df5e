import { apiKind, type EndpointKind } from './api.js';

/** The Responses API of OpenAI, which keeps nothing of the conversation: `store` is off. */
export const openAiResponsesKind: EndpointKind = apiKind({
  kind: 'openai-responses',
  title: "OpenAI's Responses API.",
  defaultBaseUrl: 'https://api.openai.com/v1',
  path: '/responses',
  params: ['system', 'temperature', 'top_p', 'max_tokens', 'reasoning_effort'],
  settings: ['top_logprobs'],
  reserved: {
    input: 'the program sets it: the prompts come from the suites',
    instructions: 'set params.system instead',
    max_output_tokens: 'set params.max_tokens instead',
    reasoning: 'set params.reasoning_effort instead',
    include: 'the program sets it',
    top_logprobs: 'set top_logprobs instead',
    store: 'the program sets it: nothing is stored',
    background: 'the program sets it: it waits for each answer',
    stream_options: 'the program sets it',
    previous_response_id: 'every prompt begins a new conversation',
    conversation: 'every prompt begins a new conversation',
  },
});
