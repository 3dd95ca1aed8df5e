import type { TransportState } from '../../config/index.js';
import type { EngineDefinition, FindingExample, Report, Side, Verdict } from '../../fingerprint/index.js';
import type { BudgetPausesTable, DeclaredField, WatchActivity } from '../../store/index.js';
import type { SignedHead } from '../seal.js';
import type { VendorStatement } from '../statement.js';

/** One side, without secrets. */
export interface ReportedSide {
  readonly model: string;
  /** The host, the site or the file. */
  readonly place: string;
  /** What was sent beside the prompt, for people; empty: nothing. */
  readonly settings: string;
}

/** A side said something else about itself than before. */
export interface ReportedDeclaration {
  readonly side: Side;
  readonly field: DeclaredField;
  readonly before: string;
  readonly after: string;
  /** Complete trials up to the one that showed it. */
  readonly trial: number;
  readonly at: number;
}

/** How far the operator's log went when the report was made: quoting it commits to everything before it. */
export interface LogAnchor {
  readonly entries: number;
  /** Of the newest entry, hexadecimal. */
  readonly hash: string;
  /** The newest signed head, or null while none was signed. */
  readonly checkpoint: Pick<SignedHead, 'size' | 'note' | 'key'> | null;
}

/** Evidence that could be computed again only up to a trial, because the texts of the next one were removed. */
export interface CutReplay {
  /** The last trial that was computed. */
  readonly seq: number;
  /** The newest verdict that the log has, and the trial after which it was reached; null where there is none. */
  readonly logged: { readonly to: Verdict; readonly seq: number } | null;
}

/** Everything a report of a watch says: its current epoch. Times are ms since 1970; every text is untrusted. */
export interface WatchReportInput {
  readonly watch: { readonly id: string; readonly title: string; readonly claim: string };
  readonly sides: Readonly<Record<Side, ReportedSide>>;
  readonly suites: readonly { readonly id: string; readonly version: number; readonly hash: string }[];
  /** m. */
  readonly releasedPerTrial: number;
  /** The whole watch's; the epoch's share of it is the report's. */
  readonly alpha: number;
  readonly epoch: number;
  readonly epochStartedAt: number;
  /** Of what is compared and how, as logged. */
  readonly definitionHash: string;
  readonly engine: EngineDefinition;
  readonly report: Report;
  /**
   * Whether the way of reading the answers may be what differs. `untold`: the two sides are read in different ways, and
   * what the report is made of does not say more.
   */
  readonly transport: TransportState | 'untold';
  /** log₁₀ of the e-value after each complete trial. Sparse where some were left out; the last is always there. */
  readonly curve: readonly number[];
  readonly activity: WatchActivity;
  readonly declared: readonly ReportedDeclaration[];
  /** The newest trials whatever they show, cut. */
  readonly newest: readonly FindingExample[];
  /** What the watch waits for, or null. */
  readonly pause: Pick<BudgetPausesTable, 'side' | 'budget' | 'since' | 'resumes_at'> | null;
  readonly incident: { readonly id: string; readonly opened_at: number } | null;
  /** What the vendor has said, unedited, in order. */
  readonly statements: readonly (VendorStatement & { readonly at: number })[];
  /** Where texts are gone that the evidence rests on, and it was computed again: how far that went. Else null. */
  readonly cut: CutReplay | null;
  readonly log: LogAnchor;
  readonly madeAt: number;
  /** The version of the program that made it. */
  readonly program: string;
}
