import type { ProviderPin } from '../../config/index.js';
import { failed } from './classify.js';
import { chatProtocol } from './openai-chat.js';
import { given, type Protocol } from './protocol.js';

/**
 * OpenRouter (https://openrouter.ai/docs/api-reference): chat completions of one pinned provider, without
 * fallbacks. Its answers say who gave them.
 */
export const openRouterProtocol: Protocol = {
  ...chatProtocol,
  body: (config, prompt) => {
    const { reasoningEffort: effort } = config.params;
    const body = chatProtocol.body(
      { ...config, params: { ...config.params, reasoningEffort: null } },
      prompt,
    );
    const order = config.provider === null ? [] : [config.provider.slug];
    return {
      ...body,
      provider: { order, allow_fallbacks: false },
      ...given({ reasoning: effort === null ? null : { effort } }),
    };
  },
  settle: (draft, { provider }) => {
    if (provider === null || draft.provider === null || isSame(draft.provider, provider)) return null;
    return failed(
      'other-provider',
      `the answer is from "${draft.provider}", not from ${provider.slug}; if that is the same one's name, set provider_name`,
    );
  },
};

/** Requests say `amazon-bedrock/eu`, answers "Amazon Bedrock". */
function isSame(answered: string, pinned: ProviderPin): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return plain(answered) === plain(pinned.name ?? pinned.slug.split('/', 1)[0] ?? '');
}
