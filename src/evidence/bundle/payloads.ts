import { z } from 'zod';
import type { EngineDefinition, Side, Verdict, VoidCause } from '../../fingerprint/index.js';
import type { DeclaredField, RoundTier } from '../../store/index.js';
import { atEntry } from './errors.js';

/*
 * What a verifier needs of the log's payloads. Other fields pass. Numbers are bounded: whoever signed a log need not be
 * honest, and its numbers size what is computed.
 */

/** A suite as the log names it. */
interface SuiteName {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
}

/** One answer's place in a trial. */
export interface AnswerPlace {
  readonly side: Side;
  readonly slot: number;
}

/** The payloads by the kind of their entry. */
export interface Payloads {
  'watch-definition': {
    readonly epoch: number;
    /** Left out by versions that did not log it. */
    readonly title?: string | undefined;
    readonly claim?: string | undefined;
    readonly definition: string;
    readonly definitionHash: string;
    readonly engine: string;
  };
  'watch-title': { readonly epoch: number; readonly title: string; readonly claim: string };
  'round-plan': {
    readonly epoch: number;
    readonly round: number;
    readonly tier: RoundTier;
    readonly firstSeq: number;
    readonly trials: number;
    readonly asked: number;
    readonly releasedPerTrial: number;
    readonly seedHash: string;
    readonly planHash: string;
    readonly suites: readonly SuiteName[];
  };
  trial: {
    readonly epoch: number;
    readonly seq: number;
    readonly prompt: string;
    readonly void: {
      readonly cause: VoidCause;
      readonly side: Side | null;
      readonly reason: string;
    } | null;
    /** Hashes; null where there is none. */
    readonly answers: readonly (AnswerPlace & {
      readonly text: string | null;
      readonly rawText: string | null;
      readonly logprobs: string | null;
      readonly startedAt: number;
    })[];
  };
  'declared-change': {
    readonly epoch: number;
    readonly seq: number;
    readonly side: Side;
    readonly field: DeclaredField;
    readonly before: string;
    readonly after: string;
  };
  'seed-reveal': { readonly epoch: number; readonly round: number; readonly seed: string };
  verdict: {
    readonly epoch: number;
    readonly seq: number;
    readonly from: Verdict | null;
    readonly to: Verdict;
    readonly log10E: number;
    readonly trials: number;
  };
  incident: {
    readonly epoch: number;
    readonly incident: string;
    /** Of its event. */
    readonly seq: number;
    readonly kind: string;
    readonly event: string;
    /** Hash of what a person wrote. */
    readonly text: string | null;
  };
  /** On demand, of some answers of a trial; or by age, of all trials in a row. */
  redaction:
    | { readonly epoch: number; readonly seq: number; readonly answers: readonly AnswerPlace[] }
    | { readonly epoch: number; readonly firstSeq: number; readonly lastSeq: number };
}

/** The kinds of entries that a verifier reads. */
export type ReadKind = keyof Payloads;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const epoch = z.int().min(1).max(1_000_000);
const seq = z.int().min(1).max(10_000_000);
const round = z.int().min(1).max(10_000_000);
const side = z.enum(['listed', 'released']);
const slot = z.int().min(0).max(7);
const verdict = z.enum(['different', 'equivalent', 'undecided', 'unreadable']);
const suites = z.array(z.object({ id: z.string().max(100), version: z.int(), hash })).max(100);
const releasedPerTrial = z.int().min(1).max(8);
const voidShape = z.object({
  cause: z.enum(['free', 'content', 'interrupted']),
  side: side.nullable(),
  reason: z.string().max(200),
});
const answer = z.object({
  side,
  slot,
  text: hash.nullable(),
  rawText: hash.nullable(),
  logprobs: hash.nullable(),
  startedAt: z.int(),
});
const title = z.string().max(1000);
const claim = z.string().max(5000);
const declared = z.string().max(10_000);

const shapes: { readonly [K in ReadKind]: z.ZodType<Payloads[K]> } = {
  'watch-definition': z.object({
    epoch,
    title: title.optional(),
    claim: claim.optional(),
    definition: z.string(),
    definitionHash: hash,
    engine: z.string(),
  }),
  'watch-title': z.object({ epoch, title, claim }),
  'round-plan': z.object({
    epoch,
    round,
    tier: z.enum(['full', 'canary', 'extra']),
    firstSeq: seq,
    trials: z.int().min(1).max(1000),
    asked: z.int().min(1).max(1000),
    releasedPerTrial,
    seedHash: hash,
    planHash: hash,
    suites,
  }),
  trial: z.object({ epoch, seq, prompt: hash, void: voidShape.nullable(), answers: z.array(answer).max(9) }),
  'declared-change': z.object({
    epoch,
    seq,
    side,
    field: z.enum(['model', 'systemFingerprint', 'provider']),
    before: declared,
    after: declared,
  }),
  'seed-reveal': z.object({ epoch, round, seed: z.string().max(200) }),
  verdict: z.object({
    epoch,
    seq,
    from: verdict.nullable(),
    to: verdict,
    log10E: z.number(),
    trials: z.int().min(0),
  }),
  incident: z.object({
    epoch,
    incident: z.string().max(200),
    seq,
    kind: z.string().max(50),
    event: z.string().max(50),
    text: hash.nullable(),
  }),
  redaction: z.union([
    z.object({ epoch, seq, answers: z.array(z.object({ side, slot })).max(9) }),
    z.object({ epoch, firstSeq: seq, lastSeq: seq }),
  ]),
};

/** Whether entries of this kind are read. */
export function isReadKind(kind: string): kind is ReadKind {
  return Object.hasOwn(shapes, kind);
}

/** Reads an entry's payload. @throws BundleProblem naming the entry */
export function readPayload<K extends ReadKind>(kind: K, height: number, payload: string): Payloads[K] {
  return read(shapes[kind], `a ${kind}`, height, payload);
}

/** What is compared, and how: the text of a logged definition. */
export interface Definition {
  readonly watch: {
    readonly listed: { readonly kind: string };
    readonly released: { readonly kind: string };
  };
  readonly suites: readonly SuiteName[];
  readonly canarySuites?: readonly SuiteName[] | undefined;
  readonly engine: EngineDefinition;
}

const engineShape: z.ZodType<EngineDefinition> = z.strictObject({
  engine: z.string(),
  alpha: z.number(),
  compareLength: z.number().nullable(),
  equivalenceMargin: z.number(),
  materialMargin: z.number(),
  confidenceAlpha: z.number(),
  logProbs: z.literal(true).exactOptional(),
});

const definitionShape: z.ZodType<Definition> = z.object({
  watch: z.object({ listed: z.object({ kind: z.string() }), released: z.object({ kind: z.string() }) }),
  suites,
  canarySuites: suites.optional(),
  engine: engineShape,
});

/** @throws BundleProblem naming the entry */
export function readDefinition(height: number, text: string): Definition {
  return read(definitionShape, 'a definition', height, text);
}

/** @throws BundleProblem naming the entry */
export function readEngine(height: number, text: string): EngineDefinition {
  return read(engineShape, 'an engine', height, text);
}

function read<T>(shape: z.ZodType<T>, name: string, height: number, text: string): T {
  return atEntry(height, () => {
    const result = shape.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new Error(`its ${issue?.path.join('.') || 'payload'} is not what ${name} has`);
  });
}
