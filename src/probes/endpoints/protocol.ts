import type { ApiEndpointConfig } from '../../config/index.js';
import type { Failed } from '../outcome.js';
import type { Draft } from './draft.js';

/** How an API is spoken to: what is sent, and what its replies mean. Sending and failing is the same for all. */
export interface Protocol {
  /** Appended to the base URL. */
  readonly path: string;
  /** A stream begins with an event before the model does: nothing is generated before the first byte. */
  readonly greets: boolean;
  /** Headers of its own, the key's among them. */
  headers(apiKey: string | null): Record<string, string>;
  /** The body of a request for one answer; with `stream: true` where the config says so. */
  body(config: ApiEndpointConfig, prompt: string): object;
  /** Takes a whole reply into the draft; says what is wrong with it, if anything. */
  whole(reply: unknown, draft: Draft): Failed | null;
  /** Takes one event of a stream into the draft. */
  event(event: unknown, draft: Draft): Failed | null;
  /** A last look at a draft that has ended. */
  settle?(draft: Draft, config: ApiEndpointConfig): Failed | null;
}

/** Only the settings that are set. */
export function given<T extends object>(settings: T): Partial<T> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as Partial<T>;
}
