import type { AlertContent } from '../../content.js';
import { fitted, messageText } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

/** A longer message would become an attached file. */
const MAX_MESSAGE_BYTES = 4096;

/** A message published as JSON, without Markdown (https://docs.ntfy.sh/publish/#publish-as-json). */
export function ntfyRequest(
  content: AlertContent,
  server: string,
  topic: string,
  token: string | null,
): ChatRequest {
  const { title, message } = fitted(
    content,
    (told) => ({ title: told.title, message: messageText(told) }),
    (told) => Buffer.byteLength(told.message) <= MAX_MESSAGE_BYTES,
  );
  return {
    url: `${server}/`,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    body: {
      topic,
      title,
      message,
      priority: content.incident.severity === 'material' ? 4 : 3,
      ...(content.link === null ? {} : { click: content.link }),
    },
    secrets: [topic, ...(token === null ? [] : [token])],
  };
}
