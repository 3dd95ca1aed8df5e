import { canonicalJson, sha256 } from '../core/index.js';

/** What a vendor says to an incident, unedited. */
export interface VendorStatement {
  /** Who speaks, in their own words. */
  readonly from: string;
  readonly text: string;
}

/** What the log has of a statement: who speaks can be an address, which must not stand there. */
export function statementHash({ from, text }: VendorStatement): string {
  return sha256(canonicalJson({ from, text }));
}
