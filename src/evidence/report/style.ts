/** The report's style: light and dark, print, phone. It names no address. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fbfbfa; --card: #fff; --ink: #1b1d21; --soft: #575c66; --line: #dcdee3;
  --listed: #1d55b3; --released: #9a4304; --listed-bg: #dbe8ff; --released-bg: #ffe5cf; --band: #eceef2; --goal: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #131519; --card: #1b1e24; --ink: #e8eaee; --soft: #a8aebb;
  --line: #353a44; --listed: #93bbff; --released: #f3ab6d; --listed-bg: #1f3560; --released-bg: #55310f;
  --band: #2a2f38; --goal: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .6rem; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
.soft, figcaption, .key { color: var(--soft); font-size: .9rem; }
.lead { font-size: 1.1rem; }
.note { border-inline-start: 3px solid var(--line); padding-inline-start: .8rem; color: var(--soft); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.2rem 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
.figures dt { color: var(--soft); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
figure { margin: .8rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
figcaption { margin-top: .6rem; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .goal { stroke: var(--goal); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg .goal-text { fill: var(--goal); font-weight: 600; }
.curve { fill: none; stroke: var(--ink); stroke-width: 2; }
.band { fill: var(--band); } .half { stroke: var(--soft); stroke-dasharray: 2 3; }
.l { color: var(--listed); } .r { color: var(--released); } .n { color: var(--soft); }
.l line, .r line, .n line { stroke: currentColor; stroke-width: 3; }
.l circle, .r circle, .n circle { fill: currentColor; }
.ends { display: flex; justify-content: space-between; gap: 1rem; font-size: .85rem; }
.ends :last-child { text-align: end; }
.row { border-top: 1px solid var(--line); padding: .7rem 0 .5rem; }
.row p { margin: 0 0 .3rem; max-width: none; }
.tag { font-size: .8rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td code { overflow-wrap: anywhere; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; } .num { text-align: end; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin: .5rem 0 1rem; }
.pair > div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; min-width: 0; }
.pair h4 { margin: 0 0 .3rem; font-size: .85rem; }
.answer { white-space: pre-wrap; unicode-bidi: isolate; font-size: .95rem; }
mark { color: inherit; border-radius: .15rem; text-decoration: underline; text-decoration-thickness: 1px; }
mark.listed { background: var(--listed-bg); } mark.released { background: var(--released-bg); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .7rem .9rem; font: .85rem/1.5 ui-monospace, monospace; }
.facts { border-top: 1px solid var(--line); } .facts th { white-space: nowrap; width: 9rem; padding-inline-start: 0; }
li { margin: .25rem 0; max-width: 46rem; }
code { font: .9em ui-monospace, monospace; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } main { padding: 1.2rem .9rem 3rem; } h1 { font-size: 1.5rem; }
  th, td { padding: .35rem .3rem; font-size: .85rem; } }
@media print { :root { color-scheme: light; --bg: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
  --listed: #1d55b3; --released: #9a4304; --listed-bg: #dbe8ff; --released-bg: #ffe5cf; --band: #e6e6e6; --goal: #b3261e; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } .scroll { overflow: visible; }
  .pair, .row, tr, pre, svg, .figures { break-inside: avoid; } h2, h3, h2 + .soft, .prompt { break-after: avoid; } .answer { font-size: 9.5pt; line-height: 1.4; }
  mark, .band { print-color-adjust: exact; } }
`;
