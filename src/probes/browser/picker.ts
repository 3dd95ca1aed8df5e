/**
 * What runs inside a page while somebody shows where things are. It only looks: every click and key goes
 * on to the page. Selectors are made at once, since the page may change under the click.
 *
 * The functions of this file are sent to the page as text: they may use each other, and nothing else.
 */

/** A click, or an Enter that sent something. */
export interface Pick {
  readonly kind: 'click' | 'enter';
  /** Selectors of the text box that was hit, best first; none when it was no text box. */
  readonly box: readonly string[];
  /** Selectors of the button or whatever else was hit. */
  readonly target: readonly string[];
  readonly answer: PickedAnswer | null;
  /** What was last written into a text box. */
  readonly typed: string;
}

export interface PickedAnswer {
  readonly selector: string;
  readonly which: 'first' | 'last';
  /** The text stands there as it is, line by line. */
  readonly isPlain: boolean;
}

/** The little of the DOM that is used below. */
interface Node {
  readonly tagName: string;
  readonly className: unknown;
  readonly id: string;
  readonly value?: unknown;
  readonly type?: string;
  readonly isConnected: boolean;
  readonly innerText?: string;
  readonly textContent: string | null;
  readonly parentElement: Node | null;
  readonly children: ArrayLike<Node>;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly labels?: ArrayLike<Node> | null;
  closest(selector: string): Node | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): ArrayLike<Node>;
}

interface PickEvent {
  readonly key?: string;
  readonly shiftKey?: boolean;
  readonly isComposing?: boolean;
  readonly target: Node | null;
  composedPath(): readonly Node[];
}

declare const document: {
  readonly body: Node;
  querySelectorAll(selector: string): ArrayLike<Node>;
  addEventListener(name: string, listener: (event: PickEvent) => void, capture: boolean): void;
};
declare function getComputedStyle(node: Node): { readonly whiteSpace: string };

function every(selector: string): Node[] {
  return Array.from(document.querySelectorAll(selector));
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Names made by a build or counted up at run time are others tomorrow. */
function isStable(name: string): boolean {
  return /^[A-Za-z][A-Za-z_-]{2,40}$/.test(name) && !/^(css|sc|jss)-/.test(name);
}

function boxOf(node: Node): Node | null {
  return node.closest(
    'textarea, input:not([type]), input[type="text"], input[type="search"], [contenteditable]:not([contenteditable="false"])',
  );
}

function textIn(box: Node): string {
  return (typeof box.value === 'string' ? box.value : (box.innerText ?? '')).trim();
}

function roleOf(node: Node): string {
  const role = node.getAttribute('role');
  if (role !== null) return role;
  if (node.tagName === 'BUTTON' || (node.tagName === 'INPUT' && node.type === 'submit')) return 'button';
  if (node.tagName === 'A') return 'link';
  return boxOf(node) === node ? 'textbox' : '';
}

function nameOf(node: Node): string {
  const name =
    node.getAttribute('aria-label') ??
    node.labels?.[0]?.textContent ??
    (boxOf(node) === node ? node.getAttribute('placeholder') : node.textContent) ??
    '';
  return name.replaceAll(/\s+/g, ' ').trim();
}

/** Selectors made of attributes that are there for tests, or that say who speaks. */
function markedSelectors(node: Node): string[] {
  const found: string[] = [];
  for (const { name, value } of node.attributes) {
    const isTest = /^data-(testid|test-id|test|qa|cy)$/.test(name) && !/\d{3}|[\n\r\f]/.test(value);
    const isSpeaker = name.startsWith('data-') && /^(assistant|bot|ai|agent|model)$/i.test(value);
    if (isTest || isSpeaker) found.push(`[${name}=${quoted(value)}]`);
  }
  return found;
}

/** CSS selectors that mean this element or its like, best first. */
function cssSelectors(node: Node): string[] {
  const tag = node.tagName.toLowerCase();
  const found = markedSelectors(node);
  if (isStable(node.id)) found.push(`#${node.id}`);
  for (const name of ['name', 'aria-label', 'placeholder']) {
    const value = node.getAttribute(name);
    if (value !== null && /^[^\n\r\f]{1,60}$/.test(value)) found.push(`${tag}[${name}=${quoted(value)}]`);
  }
  for (const name of String(node.className).split(/\s+/))
    if (isStable(name)) found.push(`.${name}`, `${tag}.${name}`);
  return [...found, tag];
}

function pathTo(node: Node): string {
  const steps: string[] = [];
  let here: Node | null = node;
  while (here !== null && here !== document.body) {
    const unique = cssSelectors(here).find((css) => every(css).length === 1);
    if (unique !== undefined) return [unique, ...steps].join(' > ');
    const { tagName } = here;
    const twins = Array.from(here.parentElement?.children ?? []).filter((child) => child.tagName === tagName);
    steps.unshift(`${tagName.toLowerCase()}:nth-of-type(${twins.indexOf(here) + 1})`);
    here = here.parentElement;
  }
  return ['body', ...steps].join(' > ');
}

/** Selectors that mean this element alone, best first: test attributes, role and name, id, class, path. */
function uniqueSelectors(node: Node): string[] {
  const marked = markedSelectors(node);
  const css = cssSelectors(node).filter((selector) => every(selector).length === 1);
  const role = roleOf(node);
  const name = nameOf(node);
  const isNamed = role !== '' && name !== '' && name.length <= 60;
  const twins = isNamed ? every('*').filter((other) => roleOf(other) === role && nameOf(other) === name) : [];
  return [
    ...css.filter((selector) => marked.includes(selector)),
    ...(twins.length === 1 ? [`role=${role}[name=${quoted(name)}]`] : []),
    ...css.filter((selector) => !marked.includes(selector)),
    pathTo(node),
  ];
}

/** Whether the visitor's own message is in here: an element with just these words. Answers often hold them among others. */
function says(node: Node, typed: string): boolean {
  const isIt = (part: Node): boolean => (part.textContent ?? '').trim() === typed;
  return typed !== '' && (isIt(node) || Array.from(node.querySelectorAll('*')).some(isIt));
}

/** The element of a whole answer, from a click somewhere in it: what Markdown makes lies inside of it. */
function answerAround(clicked: Node, typed: string): Node {
  const content =
    /^(P|SPAN|B|I|EM|STRONG|DEL|A|CODE|PRE|UL|OL|LI|H[1-6]|TABLE|THEAD|TBODY|TR|TD|TH|BLOCKQUOTE|BR|HR|IMG)$/;
  let node = clicked;
  for (;;) {
    const above = node.parentElement;
    if (!content.test(node.tagName) || above === null || above === document.body || says(above, typed))
      return node;
    node = above;
  }
}

/** Selectors of an element by what it stands in: messages of both sides often differ only outside their text. */
function nestedSelectors(node: Node): string[] {
  const found: string[] = [];
  let above = node.parentElement;
  for (let level = 0; level < 4 && above !== null && above !== document.body; level += 1) {
    const outer = cssSelectors(above).slice(0, -1);
    found.push(...outer.flatMap((selector) => cssSelectors(node).map((own) => `${selector} ${own}`)));
    above = above.parentElement;
  }
  return found;
}

function answerOf(clicked: Node, typed: string): PickedAnswer | null {
  if (says(clicked, typed) || (clicked.textContent ?? '').trim() === '') return null;
  const node = answerAround(clicked, typed);
  const isPlain =
    /^(pre|break-spaces)/.test(getComputedStyle(node).whiteSpace) &&
    node.querySelector('p, ul, ol, h1, h2, h3, strong, b, em, table') === null;
  for (const selector of [...cssSelectors(node), ...nestedSelectors(node)]) {
    const same = every(selector);
    // The visitor's own messages look much the same on many sites.
    if (same.some((other) => says(other, typed))) continue;
    if (same.at(-1) === node) return { selector, which: 'last', isPlain };
    if (same[0] === node) return { selector, which: 'first', isPlain };
  }
  return { selector: pathTo(node), which: 'last', isPlain };
}

function watchPage(report: (pick: Pick) => void): void {
  let typed = '';
  const onInput = ({ target }: PickEvent): void => {
    const box = target === null ? null : boxOf(target);
    typed = (box === null ? '' : textIn(box)) || typed;
  };
  const onClick = (event: PickEvent): void => {
    const clicked = event.composedPath()[0] ?? event.target;
    if (clicked === null || typeof clicked.closest !== 'function') return;
    const box = boxOf(clicked);
    const target = clicked.closest('button, [role="button"], input[type="submit"], a') ?? clicked;
    report({
      kind: 'click',
      box: box === null ? [] : uniqueSelectors(box),
      target: uniqueSelectors(target),
      answer: answerOf(clicked, typed),
      typed,
    });
  };
  const onKey = ({ key, shiftKey, isComposing, target }: PickEvent): void => {
    const box = target === null ? null : boxOf(target);
    if (key !== 'Enter' || shiftKey || isComposing || box === null) return;
    const selectors = uniqueSelectors(box);
    let looks = 0;
    const look = setInterval(() => {
      looks += 1;
      const isSent = !box.isConnected || textIn(box) === '';
      if (isSent) report({ kind: 'enter', box: selectors, target: [], answer: null, typed });
      // Where Enter only begins a new line, the text stays.
      if (isSent || looks === 50) clearInterval(look);
    }, 100);
  };
  document.addEventListener('input', onInput, true);
  document.addEventListener('click', onClick, true);
  document.addEventListener('keydown', onKey, true);
}

const parts = [
  every,
  quoted,
  isStable,
  boxOf,
  textIn,
  roleOf,
  nameOf,
  markedSelectors,
  cssSelectors,
  pathTo,
  uniqueSelectors,
  says,
  answerAround,
  nestedSelectors,
  answerOf,
  watchPage,
];

/** The script for the page. It reports picks to the page's function called `binding`. */
export function pickerScript(binding: string): string {
  // Some compilers wrap functions in a helper that the page doesn't have.
  return `(() => { const __name = (f) => f; ${parts.map(String).join('\n')}; watchPage((pick) => ${binding}(pick)); })()`;
}
