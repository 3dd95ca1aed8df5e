/** What a chat takes: a body of JSON at an address. */
export interface ChatRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  /** What of it must never be shown. */
  readonly secrets: readonly string[];
}
