import { z } from 'zod';
import { canonicalJson } from '../../core/index.js';
import { statementHash, type VendorStatement } from '../statement.js';
import { BundleProblem } from './errors.js';
import type { LoggedReply, LoggedWatch } from './watch-log.js';

/** A vendor's statement, and when it came. */
export type DatedStatement = VendorStatement & { readonly at: number };

const shape: z.ZodType<VendorStatement> = z.strictObject({ from: z.string(), text: z.string() });

/** The text of `statements.jsonl`; null where the vendor has said nothing. */
export function statementsText(statements: readonly VendorStatement[]): string | null {
  if (statements.length === 0) return null;
  return statements.map(({ from, text }) => `${canonicalJson({ from, text })}\n`).join('');
}

/** Reads `statements.jsonl`: one line for each reply that the log has, in their order. @throws BundleProblem */
export function readStatements({ replies }: LoggedWatch, text: string | null): DatedStatement[] {
  const lines = text === null ? [] : text.split('\n').slice(0, -1);
  if (lines.length !== replies.length)
    throw new BundleProblem(
      `the log has ${replies.length} of the vendor's statements, the bundle ${lines.length}`,
    );
  return replies.map((reply, i) => ({ ...readLine(lines[i] ?? '', reply), at: reply.at }));
}

function readLine(line: string, { height, hash }: LoggedReply): VendorStatement {
  let value: unknown = null;
  try {
    value = JSON.parse(line);
  } catch {
    // Said below.
  }
  const { success, data } = shape.safeParse(value);
  if (!success || statementHash(data) !== hash || line !== canonicalJson({ ...data }))
    throw new BundleProblem(`entry ${height}: the vendor's statement is not the one that was logged`, height);
  return data;
}
