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
