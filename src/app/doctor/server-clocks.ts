import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../core/index.js';
import type { Check } from './check.js';

/** More than this is noticed, ms. Certificates, signatures and log times suffer from larger ones. */
const TOLERANCE_MS = 30_000;

/** By host, how far its clock is ahead of this computer's, ms. */
export type ServerClocks = ReadonlyMap<string, number>;

/**
 * Reads the Date header of every answer that this process gets while `work` runs: from the HTTP client's
 * own reports, so that requests are made exactly as they always are.
 */
export async function readingServerClocks(clock: Clock, work: () => Promise<void>): Promise<ServerClocks> {
  const clocks = new Map<string, number>();
  const onHeaders = (message: unknown): void => {
    const seen = hostAndDate(message);
    // The header is cut to whole seconds.
    if (seen !== null) clocks.set(seen.host, seen.date + 500 - clock.now());
  };
  subscribe('undici:request:headers', onHeaders);
  try {
    await work();
  } finally {
    unsubscribe('undici:request:headers', onHeaders);
  }
  return clocks;
}

interface HeadersMessage {
  readonly request?: { readonly origin?: unknown };
  readonly response?: { readonly headers?: unknown };
}

function hostAndDate(message: unknown): { host: string; date: number } | null {
  const { request, response } = (message ?? {}) as HeadersMessage;
  const origin = String(request?.origin ?? '');
  const headers = response?.headers;
  if (!URL.canParse(origin) || !Array.isArray(headers)) return null;
  // Names and values in turn.
  const at = headers.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'date');
  const date = at < 0 ? Number.NaN : Date.parse(String(headers[at + 1]));
  return Number.isNaN(date) ? null : { host: new URL(origin).host, date };
}

/** Compares this computer's clock with those of the servers. */
export function clockCheck(clocks: ServerClocks): Check {
  const subject = 'this computer';
  const off = [...clocks].filter(([, ahead]) => Math.abs(ahead) > TOLERANCE_MS);
  if (clocks.size === 0)
    return {
      level: 'ok',
      area: 'clock',
      subject,
      detail: 'not compared: no server told its time',
      fix: null,
    };
  if (off.length === 0) {
    const detail = `within ${TOLERANCE_MS / 1000} s of ${clocks.size} ${clocks.size === 1 ? 'server' : 'servers'}`;
    return { level: 'ok', area: 'clock', subject, detail, fix: null };
  }
  const seconds = off.map(([host, ahead]) => {
    const way = ahead > 0 ? 'behind' : 'ahead of';
    return `${Math.round(Math.abs(ahead) / 1000)} s ${way} ${host}`;
  });
  const fix =
    off.length === clocks.size
      ? 'set the clock, and keep it right with NTP'
      : 'other servers agree with this clock: the one named is likely wrong';
  return { level: 'warning', area: 'clock', subject, detail: seconds.slice(0, 5).join(', '), fix };
}
