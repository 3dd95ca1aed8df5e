import type { StoreConfig } from '../../src/config/index.js';
import { sha256 } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { openStore, type Store, type TrialWithAnswers, trialsAfter } from '../../src/store/index.js';

/** What a store holds of a span of time. */
export interface StoreFigures {
  /** Answers of trials that ended in the span. */
  readonly answers: number;
  /** The same in its slowest ten seconds. */
  readonly slowest: number;
  readonly ended: number;
  readonly folded: number;
  /** Requests ever sent, as the store knows them. */
  readonly requests: number;
  /** Answers that do not stand where they should, as often as they should, in the store or in the log. */
  readonly wrong: number;
}

/** Reads a whole store and checks it against its log. @throws EvidenceError when the log is broken */
export async function checkStore(
  config: StoreConfig,
  span: { readonly from: number; readonly to: number },
): Promise<StoreFigures> {
  const store = await openStore(config, { mustExist: true });
  try {
    await verifyLog(store.db);
    const logged = await loggedTrials(store);
    const seconds = new Array<number>(Math.floor((span.to - span.from) / 1000)).fill(0);
    const sums = { answers: 0, ended: 0, requests: 0, wrong: 0 };
    for await (const entry of allTrials(store)) {
      const { trial, answers } = entry;
      sums.requests += answers.reduce((sum, { attempts }) => sum + attempts, 0);
      sums.wrong += wrongIn(entry, logged.get(`${trial.watch_id} ${trial.seq}`) ?? []);
      const at = trial.finished_at ?? 0;
      if (at < span.from || at >= span.to) continue;
      sums.ended += 1;
      if (trial.status !== 'complete') continue;
      sums.answers += answers.length;
      const second = Math.floor((at - span.from) / 1000);
      if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + answers.length;
    }
    const folded = await foldedIn(store, span);
    return { ...sums, slowest: slowestTen(seconds), folded: folded.count, wrong: sums.wrong + folded.wrong };
  } finally {
    await store.close();
  }
}

async function* allTrials(store: Store): AsyncGenerator<TrialWithAnswers> {
  const watches = await store.db.selectFrom('epochs').select(['watch_id', 'epoch']).execute();
  for (const { watch_id, epoch } of watches) {
    for (let seq = 0; ; ) {
      const page = await trialsAfter(store.db, watch_id, epoch, seq, 500);
      yield* page;
      seq = page.at(-1)?.trial.seq ?? 0;
      if (page.length === 0) break;
    }
  }
}

interface LoggedTrial {
  readonly order: readonly string[];
  readonly answers: readonly { readonly side: string; readonly slot: number; readonly text: string }[];
}

async function loggedTrials(store: Store): Promise<Map<string, LoggedTrial[]>> {
  const rows = await store.db
    .selectFrom('log')
    .select(['watch_id', 'payload'])
    .where('kind', '=', 'trial')
    .execute();
  const logged = new Map<string, LoggedTrial[]>();
  for (const { watch_id, payload } of rows) {
    const entry = JSON.parse(payload) as LoggedTrial & { readonly seq: number };
    const key = `${watch_id} ${entry.seq}`;
    logged.set(key, [...(logged.get(key) ?? []), entry]);
  }
  return logged;
}

/** How many of a trial's answers are missing, changed, not logged once, or were asked out of their planned order. */
function wrongIn({ trial, answers }: TrialWithAnswers, logged: readonly LoggedTrial[]): number {
  const order = JSON.parse(trial.slot_order) as string[];
  if (trial.status !== 'complete') return trial.status === 'void' && logged.length !== 1 ? 1 : 0;
  const asked = [...answers].sort((a, b) => a.started_at - b.started_at);
  return order.filter((slot, i) => {
    const nameOf = (one: { side: string; slot: number }): string =>
      one.side === 'listed' ? 'listed' : `released:${one.slot}`;
    const answer = answers.find((one) => nameOf(one) === slot);
    const inLog = logged.flatMap((entry) => entry.answers).filter((one) => nameOf(one) === slot);
    const hash = sha256(answer?.text ?? '');
    const isKept = answer?.text_hash === hash && inLog.length === 1 && inLog[0]?.text === hash;
    return !isKept || asked[i] !== answer;
  }).length;
}

/** Points of the evidence made in the span; wrong are those that are not in planned order. */
async function foldedIn(
  store: Store,
  span: { readonly from: number; readonly to: number },
): Promise<{ count: number; wrong: number }> {
  const points = await store.db
    .selectFrom('evidence_points')
    .select(['watch_id', 'seq', 'at'])
    .orderBy('watch_id')
    .orderBy('seq')
    .execute();
  const wrong = points.filter((point, i) => {
    const before = points[i - 1];
    const isFirst = before?.watch_id !== point.watch_id;
    return point.seq !== (isFirst ? 1 : before.seq + 1) || (!isFirst && point.at < before.at);
  });
  return { count: points.filter(({ at }) => at >= span.from && at < span.to).length, wrong: wrong.length };
}

function slowestTen(seconds: readonly number[]): number {
  let slowest = Number.POSITIVE_INFINITY;
  for (let from = 0; from + 10 <= seconds.length; from += 1) {
    const sum = seconds.slice(from, from + 10).reduce((a, b) => a + b, 0);
    slowest = Math.min(slowest, sum);
  }
  return slowest;
}
