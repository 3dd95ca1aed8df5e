/** Counts what stands in more than one bundle. */
export interface Overlap {
  /** @param index the bundle's number */
  add(hash: string, index: number): void;
  /** How many hashes stand in more than one. */
  shared(): number;
}

export function createOverlap(): Overlap {
  const first = new Map<string, number>();
  const shared = new Set<string>();
  return {
    add: (hash, index) => {
      const before = first.get(hash);
      if (before === undefined) first.set(hash, index);
      else if (before !== index) shared.add(hash);
    },
    shared: () => shared.size,
  };
}
