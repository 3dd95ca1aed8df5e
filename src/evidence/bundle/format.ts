import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../../core/index.js';
import { BundleRefused } from './errors.js';
import type { LoggedWatch } from './watch-log.js';

/** The version of the format. A reader refuses any other. */
const FORMAT = 1;

/** A suite's file. */
export function suiteName(hash: string): string {
  return `suites/${hash}.json`;
}

/** What the manifest says of a file. */
export interface FileSummary {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** What a bundle is about, and its files. */
interface Manifest {
  readonly format: 'twinwatch-evidence';
  readonly version: 1;
  readonly watch: string;
  readonly epoch: number;
  readonly engine: string;
  /** The version of the program that wrote it. */
  readonly program: string;
  /** Of the log. */
  readonly entries: number;
  readonly trials: number;
  readonly files: readonly FileSummary[];
}

const manifestShape: z.ZodType<Manifest> = z.object({
  format: z.literal('twinwatch-evidence'),
  version: z.literal(FORMAT),
  watch: z.string().min(1).max(200),
  epoch: z.int().min(1).max(1_000_000),
  engine: z.string().max(100),
  program: z.string().regex(/^[0-9A-Za-z.+-]{1,50}$/),
  entries: z.int(),
  trials: z.int(),
  files: z.array(z.object({ name: z.string(), size: z.int().min(0), sha256: z.string() })).max(1000),
});

/** The text of the manifest of these files, as that version of the program writes it. */
export function manifestText(
  watch: LoggedWatch,
  entries: number,
  program: string,
  files: readonly FileSummary[],
): string {
  const manifest: Manifest = {
    format: 'twinwatch-evidence',
    version: FORMAT,
    watch: watch.watch,
    epoch: watch.epoch,
    engine: watch.engine.read.engine,
    program,
    entries,
    trials: watch.trials,
    files,
  };
  return `${canonicalJson(manifest as unknown as Json)}\n`;
}

/** Reads a manifest; nothing of it counts before it was compared. @throws BundleRefused */
export function readManifest(text: string): Manifest {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const result = manifestShape.safeParse(value);
  if (result.success) return result.data;
  throw new BundleRefused('manifest.json is not that of a bundle in a format that this program knows');
}

/** The text of `watch.json`: what was compared, and how, as the log has it. */
export function watchText({ watch, epoch, definition, engine }: LoggedWatch): string {
  const parts = [definition.text, engine.text].map((text) => JSON.parse(text) as Json);
  return `${canonicalJson({ watch, epoch, definition: parts[0] ?? null, engine: parts[1] ?? null })}\n`;
}

/** Counts and hashes a file as it goes by. */
export function createSummary(name: string): { add(bytes: Buffer): void; end(): FileSummary } {
  const digest = createHash('sha256');
  let size = 0;
  return {
    add: (bytes) => {
      size += bytes.length;
      digest.update(bytes);
    },
    end: () => ({ name, size, sha256: digest.digest('hex') }),
  };
}

/** `README.txt`. */
export const readme = `EVIDENCE OF A WATCH

This archive holds what one installation of Twinwatch recorded about one watch: whether the model that is
listed in one place gives the same answers as the model that is released in another. It was made to be checked
by people who do not trust whoever made it.

  manifest.json     what is in here
  checkpoint.txt    the signed head of the log: a line of its own for the log's name, its size and its root
  cosigned.txt      only where others have co-signed the log: the newest head that they did
  witnesses.txt     only with cosigned.txt: the public keys of those others
  keys.txt          the public keys of the log, the newest last
  watch.json        what is compared, and how
  suites/           the lists of prompts
  log.jsonl         every entry of the log up to the checkpoint, one a line. Entries of other watches are in it as
                    well, because each entry commits to those before; no entry holds the text of an answer
  answers.jsonl     each trial of this watch: the prompt, and the answers of both sides
  result.json       what the statistics make of the trials

To check it, without a network:

  twinwatch evidence verify FILE --trust KEY

where KEY is the public key as you got it from its owner, not from this file. Without --trust you learn that the
archive holds together, not whose it is. --witness KEY names somebody whom you know, and who may have co-signed the log.

What it shows: that these answers were recorded in this order, that nothing was taken out, changed or added since the
checkpoint was signed, that the prompts were fixed before they were asked, and that the statistics lead from the
answers to the result. What it does not show: who wrote the answers. Whoever holds the key could have made them up.
Independent repetition, and checkpoints that others kept, are evidence against that. Answers that can be told apart
can have many causes: the weights, a system prompt, settings, routing, or what is done to the text afterwards.
`;
