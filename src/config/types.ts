import type { Json } from '../core/index.js';
import type { AlertTarget } from './alert-schema.js';
import type { BrowserEndpointConfig } from './endpoints/browser.js';
import type { IncidentConfig } from './incident-schema.js';

/** A watch file that was checked: every default filled in, every path absolute. */
export interface WatchFile {
  /** Where it was read from, absolute. */
  readonly path: string;
  readonly version: 1;
  readonly store: StoreConfig;
  readonly evidence: EvidenceConfig;
  readonly smtp: SmtpConfig | null;
  /** null: no web page is served. */
  readonly web: WebConfig | null;
  readonly watches: readonly WatchConfig[];
}

export type StoreConfig = {
  readonly kind: 'sqlite';
  /** Absolute. */
  readonly path: string;
};

/** Who signs the evidence log. */
export interface EvidenceConfig {
  /** The private key's file, absolute. */
  readonly keyFile: string;
  /** The log's name; null: a random one. */
  readonly origin: string | null;
  /** Verifier keys of the witnesses whose co-signatures are taken. */
  readonly witnesses: readonly string[];
}

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly from: string;
  readonly userEnv: string | null;
  readonly passwordEnv: string | null;
  /** null: mails are not signed. */
  readonly dkim: DkimConfig | null;
}

/** Who signs mails (RFC 6376). */
export interface DkimConfig {
  readonly domain: string;
  readonly selector: string;
  /** The private key's file, absolute. */
  readonly keyFile: string;
}

/** The web page. */
export interface WebConfig {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** An origin, such as https://example.org; null: what it listens on. */
  readonly publicUrl: string | null;
  /** Whether the one hop in front tells the address of the client. */
  readonly trustProxy: boolean;
  readonly operator: string | null;
  readonly contact: string | null;
  /** For reuse of the operator's texts. */
  readonly license: string;
}

export interface WatchConfig {
  /** Kebab case, at most 64 characters, unique in the file. */
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly listed: EndpointConfig;
  readonly released: EndpointConfig;
  /** Empty where a side is recorded: the prompts are then those of its file. */
  readonly suites: readonly SuiteRef[];
  readonly schedule: ScheduleConfig;
  readonly canary: CanaryConfig | null;
  /** The watch that sends one known model through both of this watch's transports, or null. */
  readonly transportControl: string | null;
  readonly trialsPerRound: number;
  /** m: released answers per trial. */
  readonly releasedPerTrial: number;
  readonly alpha: number;
  /** Code points that both texts are cut to. */
  readonly compareLength: number;
  /** A trial's requests all start and end within this. */
  readonly windowMs: number;
  /** Texts of answers that are older are removed; null: never. */
  readonly retentionMs: number | null;
  readonly alerts: readonly AlertTarget[];
  readonly incidents: IncidentConfig;
}

export type SuiteRef =
  | { readonly kind: 'builtin'; readonly id: string }
  /** `path` is absolute. */
  | { readonly kind: 'file'; readonly path: string };

export interface ScheduleConfig {
  /** 5 or 6 fields; the sixth, in front, is the second. */
  readonly cron: string;
  /** An IANA name. */
  readonly timezone: string;
  readonly jitterMs: number;
}

/** Cheap rounds between the full ones. */
export interface CanaryConfig {
  readonly suites: readonly SuiteRef[];
  /** In the time zone of the watch's schedule. */
  readonly cron: string;
  readonly trialsPerRound: number;
  /** The e-value from which the full suites are asked at once. */
  readonly suspicion: number;
  /** Most full rounds that suspicion may add in a day of UTC. */
  readonly extraRoundsPerDay: number;
}

/** One side of a watch: how it is reached, and as what. */
export type EndpointConfig = ApiEndpointConfig | RecordedEndpointConfig | BrowserEndpointConfig;

/** A model behind an HTTP API. */
export interface ApiEndpointConfig {
  readonly kind: 'openai' | 'openai-responses' | 'anthropic' | 'gemini' | 'openrouter';
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKeyEnv: string | null;
  readonly stream: boolean;
  readonly params: EndpointParams;
  /** Log-probabilities are asked for, with this many alternatives a token. null: not asked for. */
  readonly topLogprobs: number | null;
  /** The only provider that may answer, where the API routes between several. */
  readonly provider: ProviderPin | null;
  readonly extraBody: { readonly [key: string]: Json };
  readonly price: Price | null;
  readonly budget: Budget | null;
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
  readonly firstByteTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxRetries: number;
}

/** Millionths of the currency for a million tokens. */
export interface Price {
  readonly input: number;
  /** Reasoning included. */
  readonly output: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What an account may use in a day or month of UTC. null: not limited. */
export interface Budget {
  /** Prompts and answers together. */
  readonly tokensPerDay: number | null;
  /** Millionths of the price's currency. */
  readonly moneyPerDay: number | null;
  readonly moneyPerMonth: number | null;
}

export interface ProviderPin {
  /** As requests name it. */
  readonly slug: string;
  /** As answers name it; null: the slug in other words. */
  readonly name: string | null;
}

/** null: not sent. */
export interface EndpointParams {
  readonly system: string | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly maxTokens: number | null;
  /** The name that `maxTokens` is sent under, where a protocol has two. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly stop: readonly string[];
  readonly reasoningEffort: string | null;
  /** Tokens of `maxTokens` that may go into thinking. */
  readonly thinkingBudget: number | null;
}

/** Answers that were written down before, each used once. */
export interface RecordedEndpointConfig {
  readonly kind: 'recorded';
  /** A JSONL file, packed or not; absolute. */
  readonly path: string;
  /** Whose answers they are, for people. */
  readonly model: string;
  readonly concurrency: number;
  readonly requestsPerMinute: null;
}
