import { apiKind, type EndpointKind } from './api.js';

/** Anthropic's Messages API. */
export const anthropicKind: EndpointKind = apiKind({
  kind: 'anthropic',
  title: "Anthropic's Messages API.",
  defaultBaseUrl: 'https://api.anthropic.com/v1',
  path: '/messages',
  params: ['system', 'temperature', 'top_p', 'max_tokens', 'stop', 'reasoning_effort', 'thinking_budget'],
  settings: [],
  reserved: {
    messages: 'the program sets it: the prompts come from the suites',
    system: 'set params.system instead',
    max_tokens: 'set params.max_tokens instead',
    stop_sequences: 'set params.stop instead',
    output_config: 'set params.reasoning_effort instead',
  },
  refuse: (params) => {
    const limit = params.max_tokens ?? null;
    if (limit === null) return [['max_tokens', 'is missing: this API wants a limit']];
    const refused: ['temperature' | 'thinking_budget', string][] = [];
    if ((params.temperature ?? 0) > 1) refused.push(['temperature', 'must be at most 1 for this API']);
    const budget = params.thinking_budget ?? null;
    if (budget === null) return refused;
    if (budget >= limit) refused.push(['thinking_budget', 'must be below max_tokens, of which it is a part']);
    if (typeof params.temperature === 'number')
      refused.push([
        'temperature',
        'must be left out where thinking_budget is set: the API takes no other than 1',
      ]);
    return refused;
  },
});
