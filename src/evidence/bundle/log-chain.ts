import { parseCheckpoint } from '../checkpoint.js';
import { type KnownKey, keyOfEntry } from '../key-entries.js';
import { entryText, genesis, hashesOfEntry, type LogFields } from '../log-entry.js';
import { growingTree } from '../merkle.js';
import { openNote, parseNote } from '../signed-note.js';
import { atEntry, BundleProblem } from './errors.js';

/** Follows a log from its first entry on: links, keys, and the tree. */
export interface LogChain {
  /** Checks that an entry follows those before. @throws BundleProblem */
  add(entry: LogFields): void;
  size(): number;
  keys(): readonly KnownKey[];
  /** The newest entry's hash and time. */
  newest(): { readonly hash: string; readonly at: number };
  /** Checks the signed head of all entries so far. Returns the log's name. @throws BundleProblem */
  checkHead(note: string): string;
}

/** A chain without entries. */
export function createLogChain(): LogChain {
  const tree = growingTree(0, []);
  const keys: KnownKey[] = [];
  let prev = genesis;
  let newestAt = 0;
  return {
    newest: () => ({ hash: prev, at: newestAt }),
    size: () => tree.size(),
    keys: () => keys,
    add: (entry) => {
      const height = tree.size();
      if (entry.height !== height)
        throw new BundleProblem(`entry ${height} is missing: ${entry.height} stands in its place`, height);
      if (entry.prev_hash !== prev)
        throw new BundleProblem(
          `entry ${height} does not follow the one before it: one of the two was changed, put in or taken out`,
          height,
        );
      const { hash, leaf } = hashesOfEntry(entry);
      const key = atEntry(height, () =>
        keyOfEntry({ ...entry, hash, subtrees: '' }, keys.at(-1)?.verifier ?? null),
      );
      if (key !== null) keys.push(key);
      prev = hash;
      newestAt = entry.at;
      tree.add(leaf);
    },
    checkHead: (note) => {
      const key = keys.at(-1)?.verifier;
      if (key === undefined) throw new BundleProblem('the log makes no key known');
      return atEntry(null, () => {
        const head = parseCheckpoint(openNote(note, [key]).text);
        // A line of an unknown signer could be anything.
        if (parseNote(note).signatures.length !== 1) throw new Error('the checkpoint has a second signature');
        if (head.origin !== key.name) throw new Error("the checkpoint is another log's");
        if (head.size !== tree.size())
          throw new Error(`the checkpoint is over ${head.size} entries, the log here has ${tree.size()}`);
        if (!head.root.equals(tree.root()))
          throw new Error(
            `the checkpoint was signed over other entries: the last, ${tree.size() - 1}, was changed`,
          );
        return head.origin;
      });
    },
  };
}

const names = ['at', 'height', 'kind', 'payload', 'prev', 'watch'] as const;

/** Reads the text that stands for an entry, in its one spelling. @throws BundleProblem naming the entry */
export function parseEntry(text: string, height: number): LogFields {
  return atEntry(height, () => {
    const fields = JSON.parse(text) as Partial<Record<(typeof names)[number], unknown>>;
    const { at, height: stated, kind, payload, prev, watch } = fields ?? {};
    if (
      !Number.isSafeInteger(at) ||
      !Number.isSafeInteger(stated) ||
      typeof kind !== 'string' ||
      typeof payload !== 'string' ||
      typeof prev !== 'string' ||
      (typeof watch !== 'string' && watch !== null)
    )
      throw new Error('it has not the fields that an entry has');
    const entry = {
      at: at as number,
      height: stated as number,
      kind,
      payload,
      prev_hash: prev,
      watch_id: watch,
    };
    if (entryText(entry) !== text) throw new Error('it is not written as the log writes it');
    return entry;
  });
}
