import { createReadStream } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { errorMessage } from '../../core/index.js';
import { BundleRefused } from './errors.js';

/** What unpacking may cost at most. */
export interface UnpackLimits {
  readonly maxBytes: number;
  /** Unpacked bytes for each packed one, beyond the first `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
}

/** JSON with hashes packs to a third; the same answer again and again to a hundredth. */
export const defaultLimits: UnpackLimits = { maxBytes: 8 * 2 ** 30, maxRatio: 200, freeBytes: 2 ** 26 };

/** The unpacked bytes of a gzip file, a chunk at a time. @throws BundleRefused */
export async function* unpacked(path: string, limits: UnpackLimits = defaultLimits): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  // Errors of either reach whoever reads the last one.
  pipeline(file, gunzip, () => undefined);
  let total = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limits.maxBytes)
        throw new BundleRefused(`it is larger than ${limits.maxBytes} bytes when unpacked`);
      if (total > limits.freeBytes + limits.maxRatio * file.bytesRead)
        throw new BundleRefused(`it unpacks to more than ${limits.maxRatio} times its size`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof BundleRefused) throw error;
    throw new BundleRefused(`it can't be unpacked: ${errorMessage(error)}`);
  }
}

/** Packs with gzip. Neither the time nor the operating system stands in its header. */
export function packing(): [Transform, Transform] {
  let isFirst = true;
  const header = new Transform({
    transform: (chunk: Buffer, _, done) => {
      const bytes = Buffer.from(chunk);
      // Byte 9 names the operating system; 255 is "unknown" (RFC 1952).
      if (isFirst) bytes[9] = 255;
      isFirst = false;
      done(null, bytes);
    },
  });
  return [createGzip({ level: constants.Z_DEFAULT_COMPRESSION }), header];
}
