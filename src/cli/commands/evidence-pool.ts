import { plainLine } from '../../core/index.js';
import { type Pooled, type PooledMember, type Pooling, poolBundles } from '../../evidence/index.js';
import { exitCodes } from '../exit-codes.js';
import { withProgressBar } from '../progress-bar.js';
import { evidenceBar, odds, type Terminal } from '../terminal.js';

export interface PoolCommand {
  /** Verifier keys of witnesses whose co-signatures count. */
  readonly witness: readonly string[];
  /** Verifier keys of which one must have signed each bundle. */
  readonly trust: readonly string[];
  readonly json: boolean;
}

/**
 * Pools bundles about one claim; needs no store. Returns 0 when they were pooled, whatever came out; 1 when a bundle is wrong or
 * not about the same claim; 2 when a file is no bundle, or the command line is wrong.
 */
export async function poolFiles(
  files: readonly string[],
  { witness, trust, json }: PoolCommand,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const found = await withProgressBar(info, '{percentage} % of file {stage} checked', (onProgress) =>
    poolBundles(files, {
      witnesses: witness,
      trust,
      onProgress: (done, total, file) => onProgress(done, total, `${file} of ${files.length}`),
    }),
  );
  if (json) out.line(JSON.stringify(found, null, 2));
  else for (const line of linesOf(found)) out.line(line);
  if (found.kind === 'pooled') return exitCodes.ok;
  return found.kind === 'wrong' ? exitCodes.failure : exitCodes.usage;
}

function linesOf(found: Pooling): string[] {
  if (found.kind === 'wrong')
    return [`not pooled: ${plainLine(found.file, 300)}: ${plainLine(found.problem, 700)}`];
  if (found.kind === 'refused') {
    const file = found.file === null ? '' : `${plainLine(found.file, 300)}: `;
    return [`not pooled: ${file}${plainLine(found.reason, 700)}`];
  }
  return [...found.members.flatMap((one) => memberLines(one, found)), ...resultLines(found), ...limits];
}

function memberLines(member: PooledMember, { rule }: Pooled): string[] {
  const { file, origin, key, watch, epoch, trials, share, log10E } = member;
  const when = rule === 'product' ? 'at its last co-signed checkpoint' : 'at its end';
  return [
    `${plainLine(file, 300)}: holds. Watch ${plainLine(watch, 200)} of ${plainLine(origin, 300)}, epoch ${epoch}, ${trials} trials`,
    `  key: ${plainLine(key, 500)}`,
    `  e-value ${when}: ${odds(log10E)}, with the share ${share.toPrecision(3)} of its epoch`,
  ];
}

function resultLines({ rule, reasons, log10E, alpha, isReached, isTrusted }: Pooled): string[] {
  const goal = odds(-Math.log10(alpha));
  return [
    ...(rule === 'product'
      ? [
          'Multiplied: no key, prompt or answer is in two of them, and witnesses co-signed what each of them had.',
        ]
      : [
          'Averaged, which holds however they depend on each other. They can not be multiplied:',
          ...reasons.map((reason) => `  ${plainLine(reason, 700)}`),
        ]),
    `together: ${evidenceBar({ log10E }, alpha)}`,
    isReached
      ? `The sides gave distinguishable answers: if they were the same, an e-value of ${goal} or more would have at most one chance in ${goal}.`
      : `This does not reach 1/alpha = ${goal}: undecided.`,
    ...(isTrusted
      ? []
      : ['The keys were not compared with any that you know: one person can make many. See --trust.']),
  ];
}

const limits = [
  'What pooling can not show: that the organisations are independent, and wrote down what they were told; and which',
  'bundles were left out. The chance holds for bundles that were chosen before anybody knew how they ended. Why the',
  'sides differ it does not show either: weights, system prompt, settings, routing and later changes to the text all can.',
];
