import { plainLine } from '../../core/index.js';
import type { AlertContent } from '../content.js';
import { type FootLine, operatorFoot } from '../wording/mails.js';
import { alertWording } from '../wording/wording.js';
import { renderEmailHtml } from './email-html.js';
import { renderEmailText } from './email-text.js';
import { inertContent } from './inert.js';

/** A mail without its envelope. */
export interface EmailMessage {
  /** One line without control characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The alert as a mail to an address of the watch file. `operator` is the From address, which readers ask to stop. */
export function renderEmail(content: AlertContent, operator: string): EmailMessage {
  return alertMail(content, operatorFoot(operator));
}

/** The alert as a mail that says in its foot how to stop. */
export function alertMail(content: AlertContent, foot: readonly FootLine[]): EmailMessage {
  const safe = inertContent(content);
  const words = alertWording(safe);
  return {
    subject: subjectLine(alertWording(content).headline),
    text: renderEmailText(safe, words, foot),
    html: renderEmailHtml(safe, words, foot),
  };
}

// No program makes a link in a subject, and a space without width would hide it from a search.
export function subjectLine(headline: string): string {
  return plainLine(headline, 200);
}
