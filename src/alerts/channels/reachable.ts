/** Whether alerts would get through, as far as that can be told without sending one. */
export type Reachable =
  | { readonly kind: 'reached'; readonly detail: string }
  /** `refused`: something answered, but would not take an alert. */
  | { readonly kind: 'refused' | 'unreachable'; readonly detail: string };

/** How long to wait for an answer, ms. */
export const REACH_TIMEOUT_MS = 20_000;
