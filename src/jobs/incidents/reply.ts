import { randomBytes } from 'node:crypto';
import { codePointLength, DAY_MS, sha256 } from '../../core/index.js';
import { findIncident, findToken, insertTokens, markTokenUsed, type Tx } from '../../store/index.js';
import { actIn, type IncidentContext } from './act.js';
import { incidentOf } from './incident-rows.js';

const LIFETIME_MS = 30 * DAY_MS;
/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const LONGEST_TEXT = 10_000;
const LONGEST_NAME = 200;

/**
 * Makes the secret of a link through which a vendor can reply once: until the embargo ends, and for 30 days at least. Only
 * its hash is kept. Null: there is no such incident.
 */
export async function issueReplyToken(tx: Tx, incidentId: string, at: number): Promise<string | null> {
  const row = await findIncident(tx, incidentId);
  if (row === null) return null;
  const token = randomBytes(32).toString('base64url');
  const expiresAt = Math.max(incidentOf(row).publishAt ?? 0, at + LIFETIME_MS);
  const kept = { hash: sha256(token), created_at: at, expires_at: expiresAt, used_at: null };
  await insertTokens(tx, [{ ...kept, purpose: 'reply', subject: incidentId }]);
  return token;
}

/** Attaches a vendor's statement, unedited, and uses up its link. `invalid`: the link is, or the texts are empty or too long. */
export async function submitReply(
  context: IncidentContext,
  token: string,
  { from, text }: { readonly from: string; readonly text: string },
): Promise<'done' | 'invalid'> {
  if (!TOKEN.test(token) || !fits(from, LONGEST_NAME) || !fits(text, LONGEST_TEXT)) return 'invalid';
  const at = context.clock.now();
  return await context.store.transaction(async (tx) => {
    const row = await findToken(tx, sha256(token), 'reply', at);
    if (row === null || row.used_at !== null) return 'invalid';
    await markTokenUsed(tx, row.hash, at);
    const acted = await actIn(tx, context.watches, row.subject, {
      type: 'replied',
      from,
      text,
      via: 'link',
      at,
    });
    return acted.kind === 'done' ? 'done' : 'invalid';
  });
}

function fits(text: string, longest: number): boolean {
  return text.trim() !== '' && codePointLength(text) <= longest;
}
