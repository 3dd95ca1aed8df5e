import { plainLine } from '../../core/index.js';
import type { AccountContent } from '../content.js';
import type { MailLinks, SubscriberMail } from '../delivery.js';
import { accountWording, type FootLine, subscriberFoot } from '../wording/mails.js';
import { LABELS } from '../wording/wording.js';
import { type Block, blockLines, blockMarkup, footBlocks, mailText } from './blocks.js';
import { digestBlocks } from './digest-mail.js';
import { alertMail, type EmailMessage, subjectLine } from './email.js';
import { withoutLinks } from './inert.js';
import { mailPage } from './mail-page.js';

/**
 * A mail to a subscriber. `operator` is the From address. Its links lead to our own pages alone and are shown in
 * full; text from outside becomes none.
 */
export function renderSubscriberMail({ content, links }: SubscriberMail, operator: string): EmailMessage {
  const foot = subscriberFoot(links, operator);
  switch (content.type) {
    case 'alert':
      return alertMail(content, foot);
    case 'digest':
      return blockMail(digestBlocks(content, foot));
    case 'account':
      return blockMail(accountBlocks(content, links, operator));
  }
}

function accountBlocks(content: AccountContent, links: MailLinks, operator: string): Block[] {
  const { headline, asked, todo, otherwise } = accountWording(content);
  const link = content.purpose === 'confirm' ? links.confirm : links.manage;
  const foot: FootLine[] = [{ text: `This Twinwatch is run by ${operator}.`, link: null }];
  return [
    { kind: 'title', text: headline },
    { kind: 'text', text: asked },
    { kind: 'list', items: content.watches.map((title) => withoutLinks(plainLine(title, 160))) },
    ...(link === null ? [] : [{ kind: 'label', text: todo } as const, { kind: 'link', text: link } as const]),
    { kind: 'text', text: otherwise },
    ...footBlocks(LABELS.why, foot),
  ];
}

/** The first block is the title. */
function blockMail(blocks: readonly Block[]): EmailMessage {
  const [title] = blocks;
  const subject = subjectLine(title !== undefined && 'text' in title ? title.text : '');
  return { subject, text: mailText(blockLines(blocks)), html: mailPage(subject, blockMarkup(blocks)) };
}
