import { plainLine } from '../../core/index.js';
import type { AlertContent } from '../content.js';
import { alertWording } from '../wording.js';
import { renderEmailHtml } from './email-html.js';
import { renderEmailText } from './email-text.js';

/** A mail without its envelope. */
export interface EmailMessage {
  /** One line without control characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The alert as a mail. `operator` is the From address, which readers ask to stop. */
export function renderEmail(content: AlertContent, operator: string): EmailMessage {
  return {
    subject: plainLine(alertWording(content).headline, 200),
    text: renderEmailText(content, operator),
    html: renderEmailHtml(content, operator),
  };
}
