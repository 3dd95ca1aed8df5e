import { html, plainLine, plainText } from '../../core/index.js';
import type { SubscriberMail } from '../delivery.js';
import { alertWording } from '../wording.js';
import { type EmailMessage, renderEmail } from './email.js';

/** A mail to a subscriber. `operator` is the From address. Links lead to our own pages alone, and are shown in full. */
export function renderSubscriberMail(mail: SubscriberMail, operator: string): EmailMessage {
  const { content, links } = mail;
  const foot = [
    ...(links.confirm === null ? [] : [`To confirm: ${links.confirm}`]),
    ...(links.manage === null ? [] : [`To change what you get: ${links.manage}`]),
    ...(links.unsubscribe === null ? [] : [`To stop: ${links.unsubscribe}`]),
  ].join('\n');
  if (content.type === 'alert') {
    const alert = renderEmail(content, operator);
    const end = html`<p>${foot}</p></body>`.text;
    return { ...alert, text: `${alert.text}\n${foot}\n`, html: alert.html.replace('</body>', () => end) };
  }
  const subject =
    content.type === 'digest'
      ? `Twinwatch: ${content.items.length + content.omitted} messages`
      : content.purpose === 'confirm'
        ? 'Confirm your subscription'
        : 'Manage your subscription';
  const lines =
    content.type === 'digest' ? content.items.map((one) => alertWording(one).headline) : content.watches;
  const text = `${plainText([subject, '', ...lines, '', foot].join('\n'))}\n`;
  return { subject: plainLine(subject, 200), text, html: html`<pre>${text}</pre>`.text };
}
