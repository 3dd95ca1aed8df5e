import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/index.js';
import { errorMessage } from '../core/index.js';

/** The text of a watch file. @throws ConfigError when it can't be read */
export function readWatchFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([{ file: path, line: null, column: null, key: '', reason: errorMessage(error) }]);
  }
}
