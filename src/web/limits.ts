/** What one client can take from the server. Times are ms. */
export interface WebLimits {
  /** Of one address; of a /64 in IPv6. */
  readonly requestsPerMinute: number;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** For all headers of a request to arrive. */
  readonly headersMs: number;
  /** For a whole request to arrive. */
  readonly requestMs: number;
  /** How often the two above are looked at. */
  readonly checkEveryMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** Between two requests. */
  readonly keepAliveMs: number;
}

export const defaultLimits: WebLimits = {
  requestsPerMinute: 600,
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  connections: 1000,
  headersMs: 10_000,
  requestMs: 20_000,
  checkEveryMs: 2_000,
  idleMs: 30_000,
  keepAliveMs: 10_000,
};
