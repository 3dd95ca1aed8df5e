import { plainLine, programVersion } from '../../core/index.js';
import {
  type BundleVerification,
  unpacked,
  type VerifiedBundle,
  verifyBundle,
} from '../../evidence/index.js';
import { exitCodes } from '../exit-codes.js';
import { withProgressBar } from '../progress-bar.js';
import { evidenceBar, type Terminal, verdictLabel } from '../terminal.js';
import { writeReport } from '../write-report.js';

export interface VerifyBundleOptions {
  /** The verifier key that must have signed. */
  readonly trust?: string;
  /** Verifier keys of witnesses whose co-signatures count. */
  readonly witness: readonly string[];
  readonly json: boolean;
  /** Where the report is written anew. */
  readonly report?: string;
}

/** Checks a bundle; needs no store. Returns 0 when all is true, 1 when something is wrong, 2 when it is no bundle. */
export async function verifyBundleFile(
  path: string,
  { trust, witness, json, report }: VerifyBundleOptions,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  let written = '';
  const found = await withProgressBar(info, '{percentage} % checked', (onProgress) =>
    verifyBundle(unpacked(path), {
      trust: trust ?? null,
      witnesses: witness,
      onProgress,
      onReport: (html) => {
        written = html;
      },
    }),
  );
  if (json) out.line(JSON.stringify(found, null, 2));
  else for (const line of linesOf(found, out)) out.line(line);
  if (found.kind === 'holds') return report === undefined ? exitCodes.ok : writeReport(report, written, info);
  return found.kind === 'wrong' ? exitCodes.failure : exitCodes.usage;
}

function linesOf(found: BundleVerification, out: Terminal): string[] {
  if (found.kind === 'refused') return [`not a bundle: ${plainLine(found.reason, 500)}`];
  if (found.kind === 'wrong') return [`wrong: ${plainLine(found.problem, 500)}`];
  return [...checkedLines(found), ...cosignedLines(found), ...resultLines(found, out)];
}

function checkedLines(found: VerifiedBundle): string[] {
  const { origin, keys, isTrusted, entries, rounds, replanned, trials, answers } = found;
  const key = plainLine(keys.at(-1)?.key ?? '', 500);
  const unvouched = keys.filter(({ isVouched }) => !isVouched);
  return [
    `log: ${plainLine(origin, 300)}, ${entries} entries, each follows the one before, and their root is signed`,
    `key: ${key}${isTrusted ? ', vouched for by the key that you trust' : ''}`,
    ...(isTrusted ? [] : ['     not compared with a key that you know: see --trust']),
    ...unvouched.map(
      ({ since }) => `     entry ${since}: a key took over without the signature of the one before`,
    ),
    `prompts: ${rounds} rounds as they were planned, ${replanned} of them planned anew from their seeds`,
    ...(replanned < rounds ? ['     the others asked the prompts of recorded answers'] : []),
    `answers: ${answers} in ${trials} trials, each with the hash that the log has`,
  ];
}

function cosignedLines({ cosigned }: VerifiedBundle): string[] {
  if (cosigned === null) return ['co-signed: by nobody'];
  const { size, witnesses, unknown } = cosigned;
  return [
    ...witnesses.map(
      (key) => `co-signed: the first ${size} entries, by ${plainLine(key, 500)}, whom you named`,
    ),
    ...unknown.map(
      (key) => `co-signed: the first ${size} entries, by somebody who says to be ${plainLine(key, 500)}`,
    ),
    ...(unknown.length > 0
      ? ['     anybody can make such keys: only those that you know count, see --witness']
      : []),
  ];
}

function resultLines(found: VerifiedBundle, out: Terminal): string[] {
  const { watch, epoch, lastEpoch, removed, replayed, trials, openTrials, verdicts, level, status } = found;
  const notes = [
    removed > 0 ? `${removed} texts were removed, as the log says; their hashes were compared` : null,
    replayed < trials
      ? `from trial ${replayed + 1} on nothing could be replayed: what follows is as of the trial before`
      : null,
    openTrials > 0 ? `${openTrials} trials of a round that had not finished are not in it` : null,
    lastEpoch > epoch ? `it is about epoch ${epoch}; the watch has gone on to epoch ${lastEpoch}` : null,
  ];
  return [
    `replay: ${replayed} trials, ${verdicts} changes of the verdict, all to the last bit`,
    reportLine(found),
    ...notes.filter((note) => note !== null).map((note) => `note: ${note}`),
    `${verdictLabel(out, status.verdict)} ${plainLine(watch, 200)} ${evidenceBar(status, level)}  ${status.trials} trials`,
    'Who wrote the answers it does not show: independent repetition, and checkpoints that others keep, do.',
  ];
}

function reportLine({ isReportCompared, program }: VerifiedBundle): string {
  return isReportCompared
    ? 'report.html: made anew from all this, to the same bytes'
    : `report.html and README.txt: not compared, as version ${program} is said to have made them and this is ${programVersion()}. Believe what stands here, not them; --report FILE writes the report anew`;
}
