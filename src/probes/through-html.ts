import { failed } from './endpoints/classify.js';
import { type Answered, type Endpoint, isAnswered, type Outcome } from './outcome.js';

/**
 * The same side, its answers in the form in which a web site renders them, so that they can be compared with
 * answers that were read from a page. What was said stays beside it, untouched.
 */
export function throughHtml(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    ask: async (...asked) => {
      const result = await endpoint.ask(...asked);
      return isAnswered(result.outcome) ? { ...result, outcome: await rendered(result.outcome) } : result;
    },
  };
}

async function rendered({ kind, text: raw }: Answered): Promise<Outcome> {
  // Loaded here, since most runs of the program compare no page.
  const { markdownThroughHtml } = await import('./browser/markdown.js');
  const text = markdownThroughHtml(raw);
  return text.trim() === ''
    ? failed('empty', 'nothing of the answer can be seen on a page')
    : { kind, text, raw };
}
