import { plainLine } from '../../core/index.js';
import { utc } from '../../evidence/index.js';
import type { AlertContent } from '../content.js';
import type { Statement } from '../wording/notices.js';
import { alertWording } from '../wording/wording.js';

const MAX_LENGTH = 3000;
const MAX_FINDINGS = 3;
const MAX_REPLIES = 2;
const MAX_STATEMENT = 300;

/** The alert as ONE line without terminal escapes, of at most 3,000 characters. */
export function renderConsoleLine(content: AlertContent): string {
  const { incident, notice, watch, listed, released, link } = content;
  const words = alertWording(content);
  const findings = words.findings.slice(0, MAX_FINDINGS).map((finding) => finding.sentence);
  const line = [
    `ALERT ${incident.id} ${utc(notice.at)}: ${words.headline} (watch ${watch.id}).`,
    words.lead,
    ...(words.statement === null ? [] : [said(words.statement)]),
    `Claim: “${words.claim}”`,
    `Listed ${listed.model} at ${listed.host}, released ${released.model} at ${released.host}.`,
    ...(findings.length > 0 ? findings : [`${words.seenLabel}:`, ...words.seen]),
    ...words.replies.slice(-MAX_REPLIES).map(said),
    ...words.howSure,
    words.notMeant,
    words.evidence,
    ...(link === null ? [] : [link]),
  ].join(' ');
  return plainLine(line, MAX_LENGTH);
}

function said({ label, text }: Statement): string {
  return `${label}: “${plainLine(text, MAX_STATEMENT)}”.`;
}
