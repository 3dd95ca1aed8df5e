/** What can go wrong with a request on purpose. At most one fault strikes a request. */
const FAULTS = ['429', '500', 'slow', 'truncated', 'garbage', 'hostile', 'huge'] as const;
export type Fault = (typeof FAULTS)[number];

/** A model string, understood. */
interface ModelPlan {
  /** The variant before the swap, and the only one where there is no swap. */
  readonly variant: string;
  /** Requests numbered above `after` are answered by `variant`. */
  readonly swap: { readonly after: number; readonly variant: string } | null;
  readonly faults: readonly { readonly fault: Fault; readonly rate: number }[];
}

/** What `faulty` stands for: vanilla with a strong mix of the faults that void a trial. */
const FAULTY = 'vanilla+faults=429:0.1,500:0.08,slow:0.04,truncated:0.2,garbage:0.12';

/**
 * Reads a model string. The grammar:
 *
 *     model = base [ "+faults=" fault { "," fault } ]
 *     base  = variant                       one of the variants in data/sandbox/variants.yaml
 *           | "swap-at=" N [ ":" variant ]  vanilla for the first N requests, then the variant (arena-tuned)
 *     fault = name [ ":" rate ]             rate of 0 … 1 (1 when left out); the rates sum to at most 1
 *
 * or `faulty`, short for vanilla with a strong mix. The faults:
 *
 * - `429`        too many requests, with `Retry-After: 1`
 * - `500`        server error
 * - `slow`       nothing is ever answered (for up to ten minutes, or until the client leaves)
 * - `truncated`  the connection breaks in the middle of the answer
 * - `garbage`    an HTML page with status 200
 * - `hostile`    a whole answer with terminal escapes, HTML, a lone surrogate and control characters in it
 * - `huge`       an answer of 50 MiB
 *
 * @returns null when the string names no model
 */
export function parseModelName(name: string, variants: ReadonlySet<string>): ModelPlan | null {
  if (name.length > 200) return null;
  const [base = '', faultList, ...rest] = (name === 'faulty' ? FAULTY : name).split('+faults=');
  if (rest.length > 0) return null;
  const faults = faultList === undefined ? [] : parseFaults(faultList);
  if (faults === null) return null;
  const swap = /^swap-at=(\d{1,9})(?::(.+))?$/.exec(base);
  if (swap === null) return variants.has(base) ? { variant: base, swap: null, faults } : null;
  const into = swap[2] ?? 'arena-tuned';
  if (!variants.has(into)) return null;
  return { variant: 'vanilla', swap: { after: Number(swap[1]), variant: into }, faults };
}

/** The variant that answers the model's request number `number` (1-based). */
export function variantAt(plan: ModelPlan, number: number): string {
  return plan.swap !== null && number > plan.swap.after ? plan.swap.variant : plan.variant;
}

function parseFaults(list: string): ModelPlan['faults'] | null {
  const faults: { fault: Fault; rate: number }[] = [];
  for (const entry of list.split(',')) {
    const match = /^([a-z0-9]+)(?::(\d(?:\.\d{1,6})?))?$/.exec(entry);
    const fault = FAULTS.find((known) => known === match?.[1]);
    if (fault === undefined || faults.some((f) => f.fault === fault)) return null;
    faults.push({ fault, rate: Number(match?.[2] ?? 1) });
  }
  // A little room for rates like 0.1 + 0.2 that have no exact binary sum.
  return faults.reduce((sum, f) => sum + f.rate, 0) <= 1 + 1e-9 ? faults : null;
}

/** The fault that strikes when `unit` (uniform in [0, 1)) was drawn, or null. */
export function faultFor(plan: ModelPlan, unit: number): Fault | null {
  let upTo = 0;
  for (const { fault, rate } of plan.faults) {
    upTo += rate;
    if (unit < upTo) return fault;
  }
  return null;
}
