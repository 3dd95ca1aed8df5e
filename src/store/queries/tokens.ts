import type { Db } from '../database.js';
import type { TokenPurpose, TokensTable } from '../tables/tokens.js';

/** Keeps the hashes of new tokens. */
export async function insertTokens(db: Db, tokens: readonly TokensTable[]): Promise<void> {
  if (tokens.length > 0) await db.insertInto('tokens').values(tokens).execute();
}

/** The token with this hash, if it has this purpose and has not expired at `now`. */
export async function findToken(
  db: Db,
  hash: string,
  purpose: TokenPurpose,
  now: number,
): Promise<TokensTable | null> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

/** Remembers that a token that works once was used. */
export async function markTokenUsed(db: Db, hash: string, at: number): Promise<void> {
  await db.updateTable('tokens').set({ used_at: at }).where('hash', '=', hash).execute();
}

/** Forgets a subject's tokens of some purposes. */
export async function removeTokens(
  db: Db,
  subject: string,
  purposes: readonly TokenPurpose[],
): Promise<void> {
  await db.deleteFrom('tokens').where('subject', '=', subject).where('purpose', 'in', purposes).execute();
}

/** Forgets tokens that have expired. */
export async function removeExpiredTokens(db: Db, now: number): Promise<void> {
  await db.deleteFrom('tokens').where('expires_at', '<=', now).execute();
}
