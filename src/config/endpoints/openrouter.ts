import { apiKind, type EndpointKind } from './api.js';
import { chatSpec } from './openai.js';

const oneModel = 'a watch compares one model: set model instead';

/** OpenRouter, held to one provider: another one's answers would be another deployment's. */
export const openRouterKind: EndpointKind = apiKind({
  ...chatSpec,
  kind: 'openrouter',
  title: 'OpenRouter, with one pinned provider.',
  defaultBaseUrl: 'https://openrouter.ai/api/v1',
  settings: ['top_logprobs', 'provider', 'provider_name'],
  reserved: {
    ...chatSpec.reserved,
    provider: 'set provider instead',
    reasoning: 'set params.reasoning_effort instead',
    models: oneModel,
    route: oneModel,
  },
});
