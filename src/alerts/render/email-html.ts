import { html, type Markup, sideParts } from '../../core/index.js';
import type { FindingExample, Side } from '../../fingerprint/index.js';
import type { AlertContent, AlertSide } from '../content.js';
import { type AlertWording, alertWording, LABELS, whyWording } from '../wording.js';

// Colours stand inline for mail programs that drop <style>; the block only turns them for dark mode and
// narrow screens. The two sides are amber and blue: neither reads as right or wrong.
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const STYLE = html`<style>
@media (prefers-color-scheme: dark) {
  .page { background: #11151b !important; }
  .card { background: #1b212a !important; border-color: #313a46 !important; }
  .ink { color: #e8ebf0 !important; }
  .soft { color: #a8b2bf !important; }
  .rule { border-color: #313a46 !important; }
  .quote { background: #131820 !important; border-color: #313a46 !important; }
  .listed { color: #ffd08a !important; }
  .released { color: #a9d2ff !important; }
  .mark-listed { background: #4a3410 !important; color: #ffe3b5 !important; }
  .mark-released { background: #163a60 !important; color: #d3e8ff !important; }
}
@media (max-width: 540px) {
  .page { padding: 0 !important; }
  .card { border-width: 0 !important; border-radius: 0 !important; padding: 20px 16px !important; }
  .column { display: block !important; width: auto !important; padding: 0 0 10px 0 !important; }
}
</style>`;

/**
 * The HTML part: one self-contained page that loads nothing, has no script, link or form, and reads in
 * light and dark and on a phone. `operator` is the From address.
 */
export function renderEmailHtml(content: AlertContent, operator: string): string {
  const words = alertWording(content);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${words.headline}</title>
${STYLE}
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f2f4f7">
<div class="card" style="max-width:600px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid #dde2e9;border-radius:10px;${FONT};font-size:15px;line-height:1.55">
${header(content, words)}
${seen(content, words)}
${section(LABELS.howSure, [paragraph(words.howSure), paragraph(words.conditions)])}
${section(LABELS.notMeant, [paragraph(words.notMeant)])}
${section(LABELS.evidence, [paragraph(words.evidence)])}
<div class="rule" style="margin-top:24px;padding-top:14px;border-top:1px solid #dde2e9">
<p class="soft" style="margin:0;font-size:13px;color:#596473">${LABELS.why}: ${whyWording(operator)}</p>
</div>
</div>
</body>
</html>
`.text;
}

function header(content: AlertContent, words: AlertWording): Markup {
  return html`<p class="soft" style="margin:0 0 6px;font-size:13px;color:#596473">Twinwatch · ${LABELS.watch} ${content.watch.id}</p>
<h1 class="ink" dir="auto" style="margin:0 0 8px;font-size:21px;line-height:1.3;color:#18202b;overflow-wrap:anywhere">${words.headline}</h1>
<p class="ink" style="margin:0 0 18px;color:#18202b">${words.size}</p>
<p class="soft" style="margin:0;font-size:13px;color:#596473">${LABELS.claim}</p>
<p class="ink" dir="auto" style="margin:0 0 16px;color:#18202b;overflow-wrap:anywhere">${words.claim}</p>
${columns(sideBox('listed', content.listed), sideBox('released', content.released))}`;
}

function sideBox(side: Side, value: AlertSide): Markup {
  return html`${sideLabel(side)}
<p class="ink" style="margin:0;font-weight:600;color:#18202b;overflow-wrap:anywhere">${value.model}</p>
<p class="soft" style="margin:0;font-size:13px;color:#596473;overflow-wrap:anywhere">${value.host}</p>`;
}

function seen(content: AlertContent, words: AlertWording): Markup {
  const findings = words.findings.map(
    (finding, i) => html`<li class="ink" style="margin:0 0 10px;color:#18202b">
<span style="overflow-wrap:anywhere">${finding.sentence}</span><br>
<span class="soft" style="font-size:13px;color:#596473">${finding.interval}</span>
${i < 2 ? examples(content.report.findings[i]?.examples ?? []) : ''}</li>`,
  );
  const list = html`<ul style="margin:0 0 10px;padding-left:20px">${findings}</ul>`;
  return section(LABELS.seen, [
    paragraph(words.seen),
    ...(findings.length > 0 ? [list] : []),
    ...words.words.map(paragraph),
  ]);
}

function examples(all: readonly FindingExample[]): Markup {
  const example = all[0];
  if (example === undefined) return html``;
  const parts = sideParts(example.listed, example.released);
  const text = (side: Side): Markup =>
    quote(parts[side].map((run) => (run.marked ? mark(side, run.text) : html`${run.text}`)));
  return html`<div style="margin:8px 0 4px">
<p class="soft" dir="auto" style="margin:0 0 6px;font-size:13px;color:#596473;white-space:pre-wrap;overflow-wrap:anywhere">${LABELS.prompt}: ${example.prompt}</p>
${columns(html`${sideLabel('listed')}${text('listed')}`, html`${sideLabel('released')}${text('released')}`)}
</div>`;
}

function mark(side: Side, text: string): Markup {
  return side === 'listed'
    ? html`<span class="mark-listed" style="background:#ffedcc;color:#5c3a00">${text}</span>`
    : html`<span class="mark-released" style="background:#dcebfd;color:#0b3d73">${text}</span>`;
}

// pre-wrap keeps an answer's lines; overflow hidden keeps stacked accents inside the box.
function quote(content: readonly Markup[]): Markup {
  return html`<div class="quote ink" dir="auto" style="padding:8px 10px;background:#f7f8fa;border:1px solid #e3e7ed;border-radius:6px;font-size:13px;line-height:1.5;color:#18202b;white-space:pre-wrap;overflow-wrap:anywhere;overflow:hidden">${content}</div>`;
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

function section(title: string, content: readonly Markup[]): Markup {
  return html`<h2 class="ink" style="margin:24px 0 6px;font-size:16px;color:#18202b">${title}</h2>
${content}`;
}

function paragraph(text: string): Markup {
  return html`<p class="ink" dir="auto" style="margin:0 0 10px;color:#18202b;overflow-wrap:anywhere">${text}</p>`;
}
