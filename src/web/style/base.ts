/** What the pages have beyond a report: frame, list of watches, forms. Its colours are the report's and these. */
export const BASE = `
:root { --accent: #1d55b3; --different: #8a1c14; --different-bg: #fde3e0; --equivalent: #1b5e32; --equivalent-bg: #dcf3e3;
  --quiet-bg: #eceef2; }
@media (prefers-color-scheme: dark) { :root { --accent: #93bbff; --different: #ffb3aa; --different-bg: #4a1a16;
  --equivalent: #9be0b2; --equivalent-bg: #173a24; --quiet-bg: #2a2f38; } }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
.skip { position: absolute; inset-inline-start: -100vw; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.skip:focus { inset-inline-start: .5rem; inset-block-start: .5rem; }
.top { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; align-items: baseline; max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 0; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
.top nav { display: flex; gap: 1.2rem; }
main { max-width: 72rem; padding-block-start: 1.2rem; min-height: 60vh; }
footer { max-width: 72rem; margin: 0 auto; padding: 1.2rem 1.25rem 2.5rem; color: var(--soft); font-size: .9rem; border-block-start: 1px solid var(--line); }
h1 { text-wrap: balance; } h1.different { color: var(--different); } h1.equivalent { color: var(--equivalent); }
.kicker { font-size: 1.1rem; font-weight: 600; margin: 0; }
.quiet { font-size: 1rem; color: var(--soft); margin: 1.6rem 0 .4rem; }
.badge { display: inline-block; border-radius: .4rem; padding: .1rem .6rem; font-weight: 600; background: var(--quiet-bg); }
.badge .icon { font-weight: 800; margin-inline-end: .2rem; }
.badge.different { color: var(--different); background: var(--different-bg); }
.badge.equivalent { color: var(--equivalent); background: var(--equivalent-bg); }
.badge.unreadable, .badge.waiting { background: none; border: 1px dashed var(--soft); }
.bar { width: 100%; max-width: 14rem; height: 14px; } .track { fill: var(--quiet-bg); } .fill { fill: var(--soft); } .fill.over { fill: var(--different); }
.bar .goal { stroke: var(--ink); stroke-width: 2; stroke-dasharray: none; }
.glance { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; max-width: none; } .glance .bar { width: 10rem; }
.filters { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 1.4rem 0 0; }
.filters label { display: grid; gap: .2rem; font-size: .85rem; color: var(--soft); min-width: 0; }
input, select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: .4rem; padding: .4rem .6rem; max-width: 100%; min-height: 2.6rem; }
button { font-weight: 600; cursor: pointer; background: var(--quiet-bg); padding-inline: 1.2rem; }
.watches { list-style: none; margin: 0; padding: 0; }
.watches li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(8rem, 2fr) minmax(9rem, 2fr); gap: .4rem 1.2rem;
  max-width: none; margin: 0; padding: .9rem 0; border-block-start: 1px solid var(--line); }
.watches h3 { margin: 0; } .watches p { margin: .1rem 0 0; } .watches .tag { white-space: normal; }
.pager { display: flex; flex-wrap: wrap; gap: 1.2rem; margin: 1.4rem 0; }
.said { white-space: pre-wrap; unicode-bidi: isolate; border-inline-start: 3px solid var(--line); padding-inline-start: .8rem; margin: .5rem 0; max-width: 46rem; }
.timeline .said { display: block; } .timeline li:target { background: var(--quiet-bg); }
.retracted { border: 2px solid var(--different); border-radius: .5rem; background: var(--different-bg); padding: .6rem 1rem; max-width: 48rem; } .retracted, .retracted .soft { color: var(--different); }
.reply { background: none; border-inline-start: 4px solid var(--accent); } .reply figcaption { margin: 0 0 .4rem; }
.reply blockquote { border: 0; padding: 0; margin: 0; }
.incidents { list-style: none; padding: 0; } .incidents li { border-block-start: 1px solid var(--line); padding: .7rem 0; max-width: none; margin: 0; } .incidents p { margin: .1rem 0; max-width: none; }
.choice fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; max-width: 46rem; } .choice .box { display: flex; gap: .6rem; align-items: center; } .choice .box input { min-height: 1.6rem; flex: none; }
.trial { border-block-start: 1px solid var(--line); margin-block-start: 1.4rem; } .trial h2 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
@media (max-width: 60rem) { .watches li { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .watches li > :first-child { grid-column: 1 / -1; } }
@media (max-width: 40rem) { .watches li { grid-template-columns: minmax(0, 1fr); } .filters label { flex: 1 1 100%; } .facts th { white-space: normal; width: 6rem; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print { :root { --accent: #000; --different: #8a1c14; --different-bg: #fff; --equivalent: #1b5e32; --equivalent-bg: #fff; --quiet-bg: #e6e6e6; }
  .top, footer { padding-inline: 0; max-width: none; } .skip, .top nav, .filters, .pager { display: none; } .badge { border: 1px solid currentColor; } .bar rect { print-color-adjust: exact; }
  .watches li { break-inside: avoid; grid-template-columns: 3fr 3fr 2fr; } .watches li > :first-child { grid-column: 1 / -1; } main { min-height: 0; } }
`;
