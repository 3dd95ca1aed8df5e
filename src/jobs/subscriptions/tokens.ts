import { randomBytes } from 'node:crypto';
import { DAY_MS, sha256 } from '../../core/index.js';
import { type Db, findToken, insertTokens, type TokenPurpose } from '../../store/index.js';

type LinkPurpose = Exclude<TokenPurpose, 'reply'>;

const LIFETIME_DAYS: Readonly<Record<LinkPurpose, number>> = { confirm: 2, manage: 7, unsubscribe: 180 };
/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Makes a secret for each purpose and keeps their hashes. */
export async function issueTokens<P extends LinkPurpose>(
  db: Db,
  subscriberId: string,
  purposes: readonly P[],
  now: number,
): Promise<Map<P, string>> {
  const tokens = new Map(purposes.map((purpose) => [purpose, randomBytes(32).toString('base64url')]));
  const rows = [...tokens].map(([purpose, token]) => ({
    hash: sha256(token),
    purpose,
    subject: subscriberId,
    created_at: now,
    expires_at: now + LIFETIME_DAYS[purpose] * DAY_MS,
    used_at: null,
  }));
  await insertTokens(db, rows);
  return tokens;
}

/** A token that is looked up. */
export interface FoundToken {
  readonly hash: string;
  readonly subscriberId: string;
  readonly isUsed: boolean;
}

/** Looks a token up by its hash, so that comparing takes no time that tells of it. Null: unknown, expired, or for something else. */
export async function lookUpToken(
  db: Db,
  token: string,
  purpose: LinkPurpose,
  now: number,
): Promise<FoundToken | null> {
  if (!TOKEN.test(token)) return null;
  const row = await findToken(db, sha256(token), purpose, now);
  return row === null ? null : { hash: row.hash, subscriberId: row.subject, isUsed: row.used_at !== null };
}
