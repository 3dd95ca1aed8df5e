import { cutText } from '../../core/index.js';
import { utc } from '../../evidence/index.js';
import type { AlertContent, DigestContent } from '../content.js';
import { DIGEST_LABELS, digestWording, type FootLine } from '../wording/mails.js';
import { type AlertWording, alertWording, LABELS } from '../wording/wording.js';
import { type Block, footBlocks, statementBlocks } from './blocks.js';
import { inertContent } from './inert.js';

const MAX_FINDINGS = 3;
/** Of a statement, in code points: the mail may tell of fifty incidents. */
const MAX_STATEMENT = 1000;

/** A digest: headlines on top, a section for each incident, and once what holds for all of them. */
export function digestBlocks(content: DigestContent, foot: readonly FootLine[]): Block[] {
  const incidents = newestFirst(content.items.map(inertContent));
  const told = incidents.map(([newest, ...earlier]) => ({ newest, earlier, words: alertWording(newest) }));
  const { headline, lead, omitted, falseAlarms } = digestWording(content, incidents.length);
  return [
    { kind: 'title', text: headline },
    { kind: 'text', text: lead },
    { kind: 'label', text: DIGEST_LABELS.headlines },
    { kind: 'list', items: told.map(({ words }) => words.headline) },
    ...(omitted === null ? [] : [{ kind: 'text', text: omitted } as const]),
    ...told.flatMap(({ newest, earlier, words }) => incidentBlocks(newest, earlier, words)),
    { kind: 'section', text: LABELS.notMeant },
    { kind: 'list', items: [...new Set(told.map(({ words }) => words.notMeant))] },
    { kind: 'section', text: DIGEST_LABELS.falseAlarms },
    { kind: 'text', text: falseAlarms },
    ...footBlocks(LABELS.why, foot),
  ];
}

type Told = readonly [newest: AlertContent, ...earlier: AlertContent[]];

/** The messages by incident, each incident's and the incidents themselves from the newest to the oldest. */
function newestFirst(items: readonly AlertContent[]): Told[] {
  const byIncident = new Map<string, Told>();
  for (const item of items) {
    const { id } = item.incident;
    const before = byIncident.get(id) ?? [];
    byIncident.delete(id);
    byIncident.set(id, [item, ...before]);
  }
  return [...byIncident.values()].reverse();
}

function incidentBlocks(
  newest: AlertContent,
  earlier: readonly AlertContent[],
  words: AlertWording,
): Block[] {
  const { statement, replies, howSure, findings } = words;
  const statements = [...(statement === null ? [] : [statement]), ...replies];
  return [
    { kind: 'incident', text: words.headline },
    { kind: 'note', text: `${utc(newest.notice.at)} · ${LABELS.watch} ${newest.watch.id}` },
    { kind: 'text', text: words.lead },
    ...statements.flatMap(({ label, text }) => statementBlocks({ label, text: shortened(text) })),
    { kind: 'label', text: LABELS.claim },
    { kind: 'text', text: words.claim },
    { kind: 'label', text: words.seenLabel },
    ...words.seen.map((text) => ({ kind: 'text', text }) as const),
    { kind: 'list', items: findings.slice(0, MAX_FINDINGS).map(({ sentence }) => sentence) },
    { kind: 'label', text: LABELS.howSure },
    ...howSure.map((text) => ({ kind: 'text', text }) as const),
    { kind: 'label', text: LABELS.evidence },
    { kind: 'text', text: words.evidence },
    ...(newest.link === null ? [] : [{ kind: 'link', text: newest.link } as const]),
    ...(earlier.length === 0 ? [] : [{ kind: 'label', text: DIGEST_LABELS.earlier } as const]),
    {
      kind: 'list',
      items: earlier.map((one) => `${utc(one.notice.at)}: ${alertWording(one).headline}`),
    },
  ];
}

function shortened(text: string): string {
  const cut = cutText(text, MAX_STATEMENT);
  return cut.length === text.length ? text : `${cut}… [the rest stands with the incident]`;
}
