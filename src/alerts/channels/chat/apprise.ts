import type { AlertContent } from '../../content.js';
import { fitted, messageText } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

// Most of the services behind Apprise take this much.
const MAX_BODY = 4000;

/** A notification for a key of an Apprise API server, as plain text (https://github.com/caronc/apprise-api). */
export function appriseRequest(content: AlertContent, url: string, tag: string | null): ChatRequest {
  const { title, body } = fitted(
    content,
    (message) => ({ title: message.title, body: messageText(message) }),
    (message) => message.body.length <= MAX_BODY,
  );
  const type = content.incident.severity === 'material' ? 'warning' : 'info';
  return {
    url,
    body: { title, body, type, format: 'text', ...(tag === null ? {} : { tag }) },
    secrets: [url],
  };
}
