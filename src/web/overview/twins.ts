import { formatOdds, markdownLine, markdownTable, plural, utc } from '../../evidence/index.js';
import { oneIn } from '../../fingerprint/index.js';
import { standingWords } from '../badge.js';
import type { ListedWatch } from '../standing.js';
import { isoTime } from '../time.js';
import { withheldJson } from '../withheld.js';
import type { Selected } from './select.js';

/** The overview for programs. Times are ISO 8601. */
export function overviewJson({ watches, total, page, pages }: Selected, origin: string): string {
  return JSON.stringify({ total, page, pages, watches: watches.map((watch) => entry(watch, origin)) });
}

function entry(
  { id, title, claim, epoch, summary, confirmed, pausedSince, withheld }: ListedWatch,
  origin: string,
): object {
  return {
    id,
    title,
    claim,
    url: `${origin}/watches/${id}`,
    epoch,
    verdict: summary?.verdict ?? null,
    confirmed,
    severity: summary?.severity ?? null,
    log10E: summary?.log10_e ?? null,
    level: summary?.level ?? null,
    trials: summary?.trials ?? 0,
    voidTrials: summary?.void_trials ?? 0,
    reportedAt: isoTime(summary?.at ?? null),
    pausedSince: isoTime(pausedSince),
    withheld: withheldJson(withheld),
  };
}

/** The overview as Markdown. */
export function overviewMarkdown({ watches, total, page, pages }: Selected, origin: string): string {
  const rows = watches.map((watch) => {
    const { id, title, summary } = watch;
    const evidence = summary ? `${formatOdds(summary.log10_e)} of ${oneIn(summary.level)}` : '';
    return [
      title,
      standingWords(watch),
      evidence,
      String(summary?.trials ?? 0),
      summary ? utc(summary.at) : '',
      `${origin}/watches/${id}`,
    ];
  });
  return [
    '# Twinwatch',
    markdownLine(
      `${plural(total, 'watch', 'watches')}, page ${page} of ${pages}. “Different” means that the answers of the two sides can be told apart; why is left open.`,
    ),
    markdownTable(['Watch', 'Verdict', 'Evidence', 'Trials', 'Last round', 'Page'], rows),
    '',
  ].join('\n\n');
}
