import { FingerprintError } from './errors.js';

type Numbers = Float64Array | Float32Array | Int8Array;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Owns every number of a fold's state under a name, so that one place can save and restore all of them
 * to the same bits. Parts ask for their arrays when they are built, always with the same lengths.
 */
export class NumberStore {
  readonly #arrays = new Map<string, Numbers>();

  float64(name: string, length: number): Float64Array {
    return this.#own(name, new Float64Array(length));
  }

  float32(name: string, length: number): Float32Array {
    return this.#own(name, new Float32Array(length));
  }

  int8(name: string, length: number): Int8Array {
    return this.#own(name, new Int8Array(length));
  }

  #own<T extends Numbers>(name: string, array: T): T {
    if (this.#arrays.has(name)) throw new FingerprintError(`the state has two parts named ${name}`);
    this.#arrays.set(name, array);
    return array;
  }

  /** Every array as base64 of its little-endian bytes. */
  save(): Record<string, string> {
    return Object.fromEntries([...this.#arrays].map(([name, a]) => [name, bytesOf(a).toString('base64')]));
  }

  /** @throws FingerprintError when a part is missing or has another length */
  load(saved: Readonly<Record<string, unknown>>): void {
    for (const [name, array] of this.#arrays) {
      const text = saved[name];
      const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
      if (bytes?.length !== array.byteLength) {
        throw new FingerprintError(`the snapshot's part ${name} does not fit this engine`);
      }
      new Uint8Array(array.buffer).set(littleEndian(bytes, array.BYTES_PER_ELEMENT));
    }
  }
}

function bytesOf(array: Numbers): Buffer {
  return littleEndian(Buffer.from(new Uint8Array(array.buffer)), array.BYTES_PER_ELEMENT);
}

/** Turns bytes between this machine's order and little-endian, in place. */
function littleEndian(bytes: Buffer, width: number): Buffer {
  if (LITTLE_ENDIAN || width === 1) return bytes;
  return width === 8 ? bytes.swap64() : bytes.swap32();
}
