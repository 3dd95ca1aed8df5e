/** Where in the file's data something is: map keys and list indices from the top. */
export type Path = readonly (string | number)[];

/** Something wrong, before it has a line. */
export interface Finding {
  readonly path: Path;
  readonly reason: string;
  /** What to point at: the key (default: the value), or a character offset of the text. */
  readonly at?: 'key' | number;
}

/** `['watches', 0, 'schedule']` as `watches[0].schedule`; odd keys are quoted. */
export function pathText(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = /^[\w-]{1,64}$/.test(step) ? step : JSON.stringify(step.slice(0, 64));
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

/** Whether `value` is a map of keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own key of a map, else undefined. For data of any shape. */
export function field(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The items of a list; none when it is no list. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
