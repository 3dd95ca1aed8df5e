import type { SiteStream } from '../../config/index.js';
import { errorMessage, type Json } from '../../core/index.js';

/** What a streamed body says, as far as it has come. */
export interface StreamText {
  readonly text: string;
  /** The event that ends a whole answer has come. Always false where the recipe names none. */
  readonly ended: boolean;
}

/** Reads the answer from a streamed body. A string says why it can't be read. */
export function streamText(body: string, stream: SiteStream): StreamText | string {
  if (stream.as === 'text') return { text: body, ended: false };
  let text = '';
  for (const data of eventsOf(body, stream.as)) {
    if (stream.end !== null && data.trim() === stream.end) return { text, ended: true };
    let event: Json;
    try {
      event = JSON.parse(data) as Json;
    } catch (error) {
      return `an event of the stream is not JSON: ${errorMessage(error)}`;
    }
    const part = firstText(event, stream.pointers);
    if (part !== null) text = stream.mode === 'append' ? text + part : part;
  }
  return { text, ended: false };
}

function eventsOf(body: string, as: 'sse' | 'jsonl' | 'json'): string[] {
  if (as === 'json') return [body];
  if (as === 'jsonl') return body.split(/\r?\n/).filter((line) => line.trim() !== '');
  // Server-sent events: an event ends at a blank line, one that was broken off does not count.
  const events = body.split(/\r\n\r\n|\n\n|\r\r/).slice(0, -1);
  return events.map(dataOf).filter((data) => data !== null);
}

function dataOf(event: string): string | null {
  const data = event
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''));
  return data.length === 0 ? null : data.join('\n');
}

function firstText(event: Json, pointers: readonly string[]): string | null {
  for (const pointer of pointers) {
    const value = at(event, pointer);
    if (typeof value === 'string') return value;
  }
  return null;
}

/** The value at a JSON pointer (RFC 6901); undefined where there is none. */
function at(value: Json, pointer: string): Json | undefined {
  let here: Json | undefined = value;
  for (const step of pointer.slice(1).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as { readonly [key: string]: Json })[key];
  }
  return here;
}
