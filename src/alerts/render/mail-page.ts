import { html, type Markup } from '../../core/index.js';

// Colours stand inline for mail programs that drop <style>; the block only turns them for dark mode and
// narrow screens. The two sides are amber and blue: neither reads as right or wrong.
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const STYLE = html`<style>
@media (prefers-color-scheme: dark) {
  .page { background: #11151b !important; }
  .card { background: #1b212a !important; border-color: #313a46 !important; }
  .ink { color: #e8ebf0 !important; }
  .soft { color: #a8b2bf !important; }
  .link { color: #a9d2ff !important; }
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
 * A self-contained page that loads nothing, has no script or form, and reads in light and dark and on a phone.
 */
export function mailPage(title: string, card: readonly Markup[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
${STYLE}
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f2f4f7">
<div class="card" style="max-width:600px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid #dde2e9;border-radius:10px;${FONT};font-size:15px;line-height:1.55">
${card}
</div>
</body>
</html>
`.text;
}

/** A line of small print. */
export function softLine(text: string): Markup {
  return html`<p class="soft" dir="auto" style="margin:0 0 6px;font-size:13px;color:#596473;overflow-wrap:anywhere">${text}</p>`;
}

/** A heading; rank 3 is a label over a paragraph. */
export function heading(rank: 1 | 2 | 3, text: string): Markup {
  if (rank === 1) {
    return html`<h1 class="ink" dir="auto" style="margin:0 0 8px;font-size:21px;line-height:1.3;color:#18202b;overflow-wrap:anywhere">${text}</h1>`;
  }
  if (rank === 2) {
    return html`<h2 class="ink" dir="auto" style="margin:24px 0 6px;font-size:16px;line-height:1.35;color:#18202b;overflow-wrap:anywhere">${text}</h2>`;
  }
  return html`<p class="soft" dir="auto" style="margin:12px 0 2px;font-size:13px;font-weight:600;color:#596473;overflow-wrap:anywhere">${text}</p>`;
}

export function paragraph(text: string): Markup {
  return html`<p class="ink" dir="auto" style="margin:0 0 10px;color:#18202b;overflow-wrap:anywhere">${text}</p>`;
}

export function bullets(items: readonly Markup[]): Markup {
  const list = items.map((item) => html`<li class="ink" style="margin:0 0 6px;color:#18202b">${item}</li>`);
  return html`<ul style="margin:0 0 10px;padding-left:20px">${list}</ul>`;
}

/** One of our own pages, its address shown in full. Anything but http and https stays text. */
export function linkLine(url: string): Markup {
  if (!/^https?:\/\//.test(url)) return paragraph(url);
  return html`<p class="ink" style="margin:0 0 10px;color:#18202b;overflow-wrap:anywhere"><a class="link" href="${url}" style="color:#0b559f">${url}</a></p>`;
}

/** Text of somebody else. pre-wrap keeps its lines; overflow hidden keeps stacked accents inside the box. */
export function quote(content: readonly Markup[]): Markup {
  return html`<div class="quote ink" dir="auto" style="padding:8px 10px;background:#f7f8fa;border:1px solid #e3e7ed;border-radius:6px;font-size:13px;line-height:1.5;color:#18202b;white-space:pre-wrap;overflow-wrap:anywhere;overflow:hidden">${content}</div>`;
}

export function rule(): Markup {
  return html`<div class="rule" style="margin-top:24px;padding-top:14px;border-top:1px solid #dde2e9"></div>`;
}
