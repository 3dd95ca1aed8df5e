import { plainLine } from '../../core/index.js';
import { utc } from '../../evidence/index.js';
import type { AlertContent } from '../content.js';
import { alertWording } from '../wording.js';

const MAX_LENGTH = 2400;
const MAX_FINDINGS = 3;

/** The alert as ONE line without terminal escapes, of at most 2,400 characters. */
export function renderConsoleLine(content: AlertContent): string {
  const { incident, watch, listed, released } = content;
  const words = alertWording(content);
  const findings = words.findings.slice(0, MAX_FINDINGS).map((finding) => finding.sentence);
  const line = [
    `ALERT ${incident.id} ${utc(incident.openedAt)}: ${words.headline} (watch ${watch.id}).`,
    `Claim: “${words.claim}”`,
    `Listed ${listed.model} at ${listed.host}, released ${released.model} at ${released.host}.`,
    words.size,
    ...(findings.length > 0 ? findings : [words.seen]),
    words.howSure,
    words.notMeant,
    words.evidence,
  ].join(' ');
  return plainLine(line, MAX_LENGTH);
}
