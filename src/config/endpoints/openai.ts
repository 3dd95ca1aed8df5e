import { type ApiSpec, apiKind, type EndpointKind } from './api.js';

/** What the chat completions protocol gives, wherever it is spoken. */
export const chatSpec: Pick<ApiSpec, 'path' | 'params' | 'reserved'> = {
  path: '/chat/completions',
  params: [
    'system',
    'temperature',
    'top_p',
    'max_tokens',
    'presence_penalty',
    'frequency_penalty',
    'stop',
    'reasoning_effort',
  ],
  reserved: {
    messages: 'the program sets it: the prompts come from the suites',
    stream_options: 'the program sets it',
    n: 'the program sets it: each request draws one answer',
    best_of: 'the program sets it: each request draws one answer',
    max_tokens: 'set params.max_tokens instead',
    max_completion_tokens: 'set params.max_tokens instead',
    presence_penalty: 'set params.presence_penalty instead',
    frequency_penalty: 'set params.frequency_penalty instead',
    stop: 'set params.stop instead',
    reasoning_effort: 'set params.reasoning_effort instead',
    logprobs: 'set top_logprobs instead',
    top_logprobs: 'set top_logprobs instead',
  },
};

/** Any server that speaks the chat completions protocol: OpenAI, vLLM, llama.cpp, Ollama and many more. */
export const openAiKind: EndpointKind = apiKind({
  ...chatSpec,
  kind: 'openai',
  title: 'An API that speaks the chat completions protocol.',
  defaultBaseUrl: null,
  params: [...chatSpec.params, 'max_tokens_field'],
  settings: ['top_logprobs'],
});
