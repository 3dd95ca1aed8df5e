import type { AskResult, Endpoint, Reservation } from '../../src/probes/index.js';

/** A side whose every request is reserved at `worst` and uses `cost`, in tokens and in money alike. */
export function metered(inner: Endpoint, worst: number, cost: number): Endpoint {
  return {
    claim: () => ({ account: 'metered', tokens: worst, micros: worst, bounded: true }),
    ask: async (prompt, signal, reservation?: Reservation | null): Promise<AskResult> => {
      if (!(await reservation?.leave())) throw new Error('it must not leave');
      const result = await inner.ask(prompt, signal);
      await reservation?.settle({ tokens: cost, micros: cost });
      return result;
    },
  };
}
