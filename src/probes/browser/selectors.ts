/** Puts the model's name into a selector, where it stands between quotes or as a bare word. */
export function selectorFor(selector: string, model: string): string {
  return selector.replaceAll('{model}', () => model.replaceAll(/["\\]/g, '\\$&'));
}

/** Puts the model's name into an address. */
export function urlFor(url: string, model: string): string {
  return url.replaceAll(/\{model\}|%7Bmodel%7D/gi, () => encodeURIComponent(model));
}

/** Whether a whole address matches a pattern in which `*` stands for anything. */
export function matchesUrl(url: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(url);
}
