/** The little of the DOM that is used by what runs inside a page. */
export interface PageNode {
  readonly tagName: string;
  readonly value?: unknown;
  readonly textContent: string | null;
  readonly innerText?: string;
  readonly innerHTML: string;
  readonly outerHTML: string;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  scrollTop: number;
  getAttribute(name: string): string | null;
  cloneNode(deep: boolean): PageNode;
  querySelectorAll(selector: string): Iterable<PageNode>;
  remove(): void;
  scrollIntoView(options: object): void;
}
