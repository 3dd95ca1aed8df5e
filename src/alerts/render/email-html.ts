import { html, type Markup, sideParts } from '../../core/index.js';
import type { FindingExample, Side } from '../../fingerprint/index.js';
import type { AlertContent, AlertSide } from '../content.js';
import type { FootLine } from '../wording/mails.js';
import { type AlertWording, LABELS } from '../wording/wording.js';
import { blockMarkup, footBlocks, statementBlocks } from './blocks.js';
import { bullets, heading, linkLine, mailPage, paragraph, quote, softLine } from './mail-page.js';

/** The HTML part. Its links are those of the content and of the foot. */
export function renderEmailHtml(
  content: AlertContent,
  words: AlertWording,
  foot: readonly FootLine[],
): string {
  const { statement, replies, repliesNote } = words;
  return mailPage(words.headline, [
    softLine(`Twinwatch · ${LABELS.watch} ${content.watch.id}`),
    heading(1, words.headline),
    paragraph(words.lead),
    ...(statement === null ? [] : blockMarkup(statementBlocks(statement))),
    heading(3, LABELS.claim),
    paragraph(words.claim),
    columns(sideBox('listed', content.listed), sideBox('released', content.released)),
    ...seen(content, words),
    ...(replies.length === 0 ? [] : [heading(2, LABELS.replies)]),
    ...blockMarkup(replies.flatMap(statementBlocks)),
    ...(repliesNote === null ? [] : [softLine(repliesNote)]),
    heading(2, LABELS.howSure),
    ...words.howSure.map(paragraph),
    heading(2, LABELS.notMeant),
    paragraph(words.notMeant),
    heading(2, LABELS.evidence),
    paragraph(words.evidence),
    ...(content.link === null ? [] : [linkLine(content.link)]),
    ...blockMarkup(footBlocks(LABELS.why, foot)),
  ]);
}

function sideBox(side: Side, value: AlertSide): Markup {
  return html`${sideLabel(side)}
<p class="ink" style="margin:0;font-weight:600;color:#18202b;overflow-wrap:anywhere">${value.model}</p>
<p class="soft" style="margin:0;font-size:13px;color:#596473;overflow-wrap:anywhere">${value.host}</p>`;
}

function seen(content: AlertContent, words: AlertWording): Markup[] {
  const findings = words.findings.map(
    (finding, i) => html`<span style="overflow-wrap:anywhere">${finding.sentence}</span><br>
<span class="soft" style="font-size:13px;color:#596473">${finding.interval}</span>
${i < 2 ? example(content.report.findings[i]?.examples[0]) : ''}`,
  );
  return [
    heading(2, words.seenLabel),
    ...words.seen.map(paragraph),
    ...(findings.length > 0 ? [bullets(findings)] : []),
    ...words.words.map(paragraph),
  ];
}

function example(shown: FindingExample | undefined): Markup {
  if (shown === undefined) return html``;
  const parts = sideParts(shown.listed, shown.released);
  const text = (side: Side): Markup =>
    quote(parts[side].map((run) => (run.marked ? mark(side, run.text) : html`${run.text}`)));
  return html`<div style="margin:8px 0 4px">
<p class="soft" dir="auto" style="margin:0 0 6px;font-size:13px;color:#596473;white-space:pre-wrap;overflow-wrap:anywhere">${LABELS.prompt}: ${shown.prompt}</p>
${columns(html`${sideLabel('listed')}${text('listed')}`, html`${sideLabel('released')}${text('released')}`)}
</div>`;
}

function mark(side: Side, text: string): Markup {
  return side === 'listed'
    ? html`<span class="mark-listed" style="background:#ffedcc;color:#5c3a00">${text}</span>`
    : html`<span class="mark-released" style="background:#dcebfd;color:#0b3d73">${text}</span>`;
}

function sideLabel(side: Side): Markup {
  return side === 'listed'
    ? html`<p class="listed" style="margin:0 0 2px;font-size:13px;font-weight:600;color:#8a4f00">${LABELS.listed}</p>`
    : html`<p class="released" style="margin:0 0 2px;font-size:13px;font-weight:600;color:#0b559f">${LABELS.released}</p>`;
}

function columns(left: Markup, right: Markup): Markup {
  return html`<table role="presentation" style="width:100%;border-collapse:collapse;table-layout:fixed"><tr>
<td class="column" style="width:50%;padding:0 8px 0 0;vertical-align:top">${left}</td>
<td class="column" style="width:50%;padding:0 0 0 8px;vertical-align:top">${right}</td>
</tr></table>`;
}
