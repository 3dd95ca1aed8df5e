import type { ApiEndpointConfig } from '../../config/index.js';

/** What was asked for beside the prompt. */
export type SentSettings = Pick<ApiEndpointConfig, 'params' | 'topLogprobs'>;

interface Advice {
  readonly sent: (settings: SentSettings) => boolean;
  /** How an API's complaint about the setting reads. */
  readonly complaint: RegExp;
  readonly advice: (settings: SentSettings) => string;
}

const leaveOut = (name: string) => (): string => `leave out ${name}: this model does not take it`;

const known: readonly Advice[] = [
  {
    sent: ({ params }) => params.maxTokens !== null,
    complaint:
      /max_tokens.*max_completion_tokens|max_completion_tokens.*max_tokens|['"`]max_completion_tokens['"`]/i,
    advice: ({ params }) =>
      `set params.max_tokens_field to ${params.maxTokensField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'}`,
  },
  {
    sent: ({ params }) => params.temperature !== null,
    complaint: /temperature/i,
    advice: leaveOut('params.temperature'),
  },
  { sent: ({ params }) => params.topP !== null, complaint: /top_?p\b/i, advice: leaveOut('params.top_p') },
  {
    sent: ({ topLogprobs }) => topLogprobs !== null,
    complaint: /log_?probs/i,
    advice: leaveOut('top_logprobs'),
  },
  {
    sent: ({ params }) => params.presencePenalty !== null,
    complaint: /presence_?penalty/i,
    advice: leaveOut('params.presence_penalty'),
  },
  {
    sent: ({ params }) => params.frequencyPenalty !== null,
    complaint: /frequency_?penalty/i,
    advice: leaveOut('params.frequency_penalty'),
  },
  { sent: ({ params }) => params.stop.length > 0, complaint: /\bstop\b/i, advice: leaveOut('params.stop') },
  {
    sent: ({ params }) => params.thinkingBudget !== null,
    complaint: /thinking/i,
    advice: () => 'change or leave out params.thinking_budget',
  },
  {
    sent: ({ params }) => params.reasoningEffort !== null,
    complaint: /reasoning|effort|thinking/i,
    advice: () => 'change or leave out params.reasoning_effort',
  },
];

/** What to change in the watch file when an API refuses a setting that was sent; null when that is not it. */
export function refusedSetting(message: string, settings: SentSettings): string | null {
  return (
    known.find(({ sent, complaint }) => sent(settings) && complaint.test(message))?.advice(settings) ?? null
  );
}
