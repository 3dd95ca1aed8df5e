import type { ApiEndpointConfig } from '../../config/index.js';
import type { AnswerMeta } from '../outcome.js';
import type { Protocol } from './protocol.js';

/** Whether much may be generated before the first byte; learns from what is known about each request. */
export interface Silence {
  isSilent(): boolean;
  learn(meta: AnswerMeta): void;
}

/**
 * Without streaming a server is silent until the answer is whole. With it, a model that reasons unseen is
 * silent while it does: then a missing first byte may mean a long thought, which depends on the prompt's answer.
 * Answers tell which models those are; until one has, a configured effort is taken for it.
 */
export function createSilence(config: ApiEndpointConfig, protocol: Protocol): Silence {
  const { reasoningEffort } = config.params;
  let reasons = reasoningEffort !== null && reasoningEffort !== 'none';
  let shows = false;
  return {
    isSilent: () => !config.stream || (!protocol.greets && reasons && !shows),
    learn: ({ reasoningTokens, reasoningLength }) => {
      reasons ||= (reasoningTokens ?? 0) > 0;
      shows ||= reasoningLength !== null;
    },
  };
}
