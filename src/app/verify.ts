import { isApi, type WatchConfig } from '../config/index.js';
import {
  beginVerification,
  createDecider,
  type Decider,
  type JobContext,
  type RunnableWatch,
  type VerifyLimits,
  type VerifyProgress,
} from '../jobs/index.js';
import { AppError } from './errors.js';

export interface VerifyOptions extends VerifyLimits {
  /** Goes on in the current epoch, as an interrupted verification may; else a new one begins. */
  readonly isContinued: boolean;
  /** Told at the start and after each round. */
  readonly onProgress: (progress: VerifyProgress) => void;
}

/** A watch that is ready to run, with its evidence. */
export interface LoadedWatch {
  readonly watch: RunnableWatch;
  readonly decider: Decider;
}

/** The watch in the epoch that its verification runs in. @throws AppError for a limit in money without a price */
export async function loadForVerification(
  context: JobContext,
  loaded: LoadedWatch,
  options: VerifyOptions,
): Promise<LoadedWatch> {
  if (options.maxMicros !== null) checkPrices(loaded.watch.config);
  if (options.isContinued) return loaded;
  const watch = { ...loaded.watch, ...(await beginVerification(context, loaded.watch)) };
  return watch.epoch === loaded.watch.epoch
    ? loaded
    : { watch, decider: await createDecider(context, watch) };
}

/** The currency that a watch's requests cost; null where a side's price is not known, or is in another. */
export function costCurrency(watch: WatchConfig): string | null {
  const currencies = new Set(pricedSides(watch).map(({ currency }) => currency));
  const [currency] = currencies;
  return currencies.size === 1 && currency !== undefined ? currency : null;
}

function checkPrices(watch: WatchConfig): void {
  const sides = pricedSides(watch);
  const unknown = sides.filter(({ currency }) => currency === null).map(({ side }) => side);
  if (sides.length === 0)
    throw new AppError(`a limit in money counts nothing: no side of ${watch.id} is an API`);
  if (unknown.length > 0) {
    const price = 'price: { input_per_million: …, output_per_million: … }';
    throw new AppError(
      `a limit in money needs to know what tokens cost: add ${price} to ${unknown.join(' and ')} of ${watch.id}`,
    );
  }
  if (costCurrency(watch) === null)
    throw new AppError(`a limit in money needs the prices of ${watch.id} in one currency`);
}

function pricedSides(watch: WatchConfig): { side: string; currency: string | null }[] {
  return (['listed', 'released'] as const).flatMap((side) => {
    const endpoint = watch[side];
    return isApi(endpoint) ? [{ side, currency: endpoint.price?.currency ?? null }] : [];
  });
}
