/** What a link in a mail may do. */
export type TokenPurpose = 'confirm' | 'manage' | 'unsubscribe' | 'reply';

/** Secrets in links: only their hashes are kept. */
export interface TokensTable {
  /** SHA-256 of the token. */
  hash: string;
  purpose: TokenPurpose;
  /** Whom or what it is about: a subscriber's or an incident's id. */
  subject: string;
  created_at: number;
  expires_at: number;
  /** When it was used, where it may be used once. */
  used_at: number | null;
}
