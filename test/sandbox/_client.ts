import type { Sandbox } from '../../src/sandbox/index.js';

interface Completion {
  readonly id: string;
  readonly model: string;
  readonly system_fingerprint: string;
  readonly choices: readonly {
    readonly message: { readonly content: string };
    readonly finish_reason: string;
  }[];
  readonly usage: { readonly completion_tokens: number; readonly total_tokens: number };
}

/** Posts a chat request; `fields` are added to a plain one or replace its fields. */
export function post(sandbox: Sandbox, fields: object = {}, init: RequestInit = {}): Promise<Response> {
  const body = { model: 'vanilla', messages: [{ role: 'user', content: PROMPTS[0] }], ...fields };
  return fetch(`${sandbox.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body), ...init });
}

export async function complete(sandbox: Sandbox, fields: object = {}): Promise<Completion> {
  const response = await post(sandbox, fields);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Completion;
}

/** The text of one answer. */
export async function ask(
  sandbox: Sandbox,
  model: string,
  prompt: string,
  fields: object = {},
): Promise<string> {
  const { choices } = await complete(sandbox, {
    model,
    messages: [{ role: 'user', content: prompt }],
    ...fields,
  });
  return choices[0]!.message.content;
}

export const PROMPTS = [
  'Explain how tides work to a curious teenager.',
  'Compare sourdough bread with rye bread for a small bakery.',
  'Write a story about a lighthouse keeper.',
  'How do I learn to juggle?',
  'List ideas for a rainy day with an umbrella.',
  'Write a Python function for a list of stamps.',
  'If 12 friends share 340 coins, how many does each get?',
  'My neighbour sings at night. Should I complain?',
] as const;

export function* prompts(count: number): Generator<string> {
  for (let i = 0; i < count; i += 1) yield PROMPTS[i % PROMPTS.length]!;
}
