import type { Simulator } from '../../src/sandbox/simulator.js';

/** What a simulated model answers to one prompt. */
export function askSimulated(simulator: Simulator, model: string, prompt: string): string {
  const request = {
    model,
    messages: [{ role: 'user', content: prompt }],
    temperature: 1,
    seed: null,
    stop: [],
    maxTokens: null,
    stream: false,
    includeUsage: false,
  };
  return simulator.answer(request)?.tokens.join('') ?? '';
}
