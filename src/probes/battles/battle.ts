import { isRecord } from '../../config/index.js';

/** Why an answer can't be compared with one to the same prompt elsewhere. */
export type SkipReason =
  /** The prompt or the answer holds an image or another part that is not text. */
  | 'not-only-text'
  | 'no-answer'
  /** It was asked later in a longer conversation, whose beginning is not part of the battle. */
  | 'in-context';

/** What a battle says of one of its models. */
export type BattleSide =
  | {
      readonly kind: 'answer';
      readonly model: string;
      readonly prompt: string;
      readonly response: string;
      /** Answers that follow the first one. */
      readonly laterAnswers: number;
      /** A system prompt stood before the user's. */
      readonly hasSystemPrompt: boolean;
    }
  | { readonly kind: 'skipped'; readonly model: string; readonly reason: SkipReason }
  | { readonly kind: 'malformed'; readonly reason: string };

type Fields = { readonly [key: string]: unknown };

/**
 * The first turns of a battle, or of one model's conversation. Takes the published variants: `model_a` and
 * `model_b` with `conversation_*`, `messages_*`, two lists in `messages`, or `prompt` and `response_*`; or
 * `model` with `conversation`, `messages`, or `prompt` and `response`. Lists may come as JSON in a string.
 */
export function battleSides(value: unknown): BattleSide[] {
  if (!isRecord(value)) return [malformed('is not a JSON object')];
  const isLater = typeof value.evaluation_order === 'number' && value.evaluation_order > 1;
  return [...namedSides(value)].map(({ model, conversation }): BattleSide => {
    if (typeof model !== 'string' || model === '') return malformed('names no model');
    if (isLater) return { kind: 'skipped', model, reason: 'in-context' };
    const messages = messagesOf(conversation);
    return typeof messages === 'string' ? malformed(messages) : firstTurn(model, messages);
  });
}

interface NamedSide {
  readonly model: unknown;
  readonly conversation: unknown;
}

function namedSides(battle: Fields): NamedSide[] {
  if (!('model_a' in battle) && !('model_b' in battle)) {
    const conversation = battle.conversation ?? battle.messages ?? flat(battle.prompt, battle.response);
    return [{ model: battle.model, conversation }];
  }
  const both = parsed(battle.messages);
  return (['a', 'b'] as const).map((letter, i) => ({
    model: battle[`model_${letter}`],
    conversation:
      battle[`conversation_${letter}`] ??
      battle[`messages_${letter}`] ??
      (Array.isArray(both) && Array.isArray(both[i]) ? both[i] : undefined) ??
      flat(battle.prompt, battle[`response_${letter}`]),
  }));
}

/** Prompt and response as a conversation; each may be a list with one entry for each turn, as JSON in a string too. */
function flat(prompt: unknown, response: unknown): unknown {
  if (prompt === undefined || response === undefined) return undefined;
  const prompts = turnsOf(prompt);
  const responses = turnsOf(response);
  return prompts.flatMap((content, i) => [
    { role: 'user', content },
    { role: 'assistant', content: responses[i] ?? null },
  ]);
}

function turnsOf(value: unknown): readonly unknown[] {
  const list = parsed(value);
  // A prompt may happen to be a JSON list, but hardly one of strings.
  return Array.isArray(list) && list.every((turn) => typeof turn === 'string' || turn === null)
    ? list
    : [value];
}

interface Message {
  readonly role: 'user' | 'assistant' | 'system' | 'other';
  readonly text: string;
  readonly isText: boolean;
}

const roles: ReadonlyMap<unknown, Message['role']> = new Map([
  ...['user', 'human', 'prompter'].map((name) => [name, 'user'] as const),
  ...['assistant', 'gpt', 'model', 'bot', 'chatgpt', 'ai'].map((name) => [name, 'assistant'] as const),
  ...['system', 'developer'].map((name) => [name, 'system'] as const),
]);

/** The messages, or why they can't be read. */
function messagesOf(conversation: unknown): Message[] | string {
  const list = parsed(conversation);
  if (list === undefined || list === null) return 'has no conversation';
  if (!Array.isArray(list)) return 'its conversation is not a list';
  if (!list.every(isRecord)) return 'a message is not an object';
  return list.map((message) => {
    const role = message.role ?? message.from;
    const content = message.content ?? message.value ?? message.text;
    const name = typeof role === 'string' ? role.toLowerCase() : role;
    return { role: roles.get(name) ?? 'other', ...textOf(content) };
  });
}

/** The text of a message's content: a string, or a list of parts. */
function textOf(content: unknown): { readonly text: string; readonly isText: boolean } {
  if (typeof content === 'string') return { text: content, isText: true };
  if (content === null || content === undefined) return { text: '', isText: true };
  const texts = (Array.isArray(content) ? content : [content]).map(partText);
  return { text: texts.map((text) => text ?? '').join('\n'), isText: !texts.includes(null) };
}

/** The text of one part; null when it is something else. */
function partText(part: unknown): string | null {
  if (typeof part === 'string') return part;
  if (!isRecord(part)) return null;
  const isText = part.type === 'text' || part.type === undefined || part.type === null;
  return isText && typeof part.text === 'string' && !part.image ? part.text : null;
}

function firstTurn(model: string, messages: readonly Message[]): BattleSide {
  const [prompt, response, ...later] = messages.filter(({ role }) => role !== 'system');
  if (prompt?.role !== 'user') return malformed("its conversation does not begin with a user's message");
  if (response?.role !== 'assistant') return { kind: 'skipped', model, reason: 'no-answer' };
  if (!prompt.isText || !response.isText) return { kind: 'skipped', model, reason: 'not-only-text' };
  if (response.text.trim() === '') return { kind: 'skipped', model, reason: 'no-answer' };
  return {
    kind: 'answer',
    model,
    prompt: prompt.text,
    response: response.text,
    laterAnswers: later.filter(({ role }) => role === 'assistant').length,
    hasSystemPrompt: messages.some(({ role }) => role === 'system'),
  };
}

function malformed(reason: string): BattleSide {
  return { kind: 'malformed', reason };
}

/** What a string holds as JSON; anything else, or a string that is no JSON, as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*\[/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
