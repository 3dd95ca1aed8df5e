import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { errorMessage } from '../core/index.js';
import { ConfigError } from './errors.js';

/** No watch file is larger than this; what is, was named by mistake. */
export const maxFileBytes: number = 1024 * 1024;

/**
 * The text of a small UTF-8 file, without a byte order mark.
 * @throws ConfigError when there is none, it is no file, too large or not UTF-8
 */
export function readSmallFile(path: string): string {
  let bytes: Buffer;
  try {
    const fd = openSync(path, 'r');
    try {
      const stat = fstatSync(fd);
      if (stat.isDirectory()) throw fileError(path, 'is a folder, not a file');
      if (!stat.isFile()) throw fileError(path, 'is not a regular file');
      if (stat.size > maxFileBytes) throw fileError(path, tooLarge);
      bytes = readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : fileError(path, unreadable(cause), cause);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fileError(path, 'is not UTF-8 text', cause);
  }
}

/** The reason given for a file over {@link maxFileBytes}. */
export const tooLarge = 'is larger than 1 MiB';

function fileError(file: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError([{ file, line: null, column: null, key: '', reason }], { cause });
}

function unreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file; `twinwatch init` writes one';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  return `can't be read: ${errorMessage(cause)}`;
}
