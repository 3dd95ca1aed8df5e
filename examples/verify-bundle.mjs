// Checks an evidence bundle with nothing but Node, written from docs/evidence-format.md alone:
//   node verify-bundle.mjs evidence.tar.gz "name+id+base64"
// It checks the log's links, the signed root, the manifest and every answer. It does not replay the statistics.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const sha256 = (...parts) => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};
const hex = (text) => sha256(text).toString('hex');
const check = (holds, what) => {
  if (!holds) throw new Error(what);
};

/** Files of a tar archive, by name. */
function untar(bytes) {
  const files = new Map();
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0+$/, '');
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8);
    check(
      bytes[at + 156] === 0x30 && size >= 0 && !files.has(name),
      `${name} is no plain file, or there twice`,
    );
    files.set(name, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The root of a Merkle tree (RFC 6962, 2.1). */
function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

/** Whether a signed note has a right signature of this key. */
function isSigned(note, key) {
  // The base64 may hold plus signs too.
  const [name, id, ...rest] = key.split('+');
  const base64 = rest.join('+');
  const raw = Buffer.from(base64, 'base64');
  check(raw.length === 33 && raw[0] === 1, 'the key is not of Ed25519');
  check(sha256(`${name}\n`, raw).toString('hex', 0, 4) === id, 'the key has not the id that it states');
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
    format: 'jwk',
  });
  const end = note.lastIndexOf('\n\n');
  const text = Buffer.from(note.slice(0, end + 1));
  return note
    .slice(end + 2)
    .split('\n')
    .some((line) => {
      const [dash, signer, signature = ''] = line.split(' ');
      const bytes = Buffer.from(signature, 'base64');
      const isOurs = dash === '—' && signer === name && bytes.toString('hex', 0, 4) === id;
      return isOurs && verify(null, text, publicKey, bytes.subarray(4));
    });
}

/** Checks each answer against its hash in the log. Returns how many there are. */
function checkAnswers(lines, trials, removed) {
  const isRemoved = (seq, { side, slot }) =>
    removed.some((r) =>
      r.seq === seq
        ? r.answers.some((one) => one.side === side && one.slot === slot)
        : r.firstSeq <= seq && seq <= r.lastSeq,
    );
  let count = 0;
  for (const [i, line] of lines.entries()) {
    const trial = JSON.parse(line);
    const logged = trials.get(i + 1);
    check(trial.seq === i + 1 && logged !== undefined, `trial ${i + 1} is not in its place`);
    const hashes = logged.answers.filter((answer) => answer.text !== null);
    check(hashes.length === trial.answers.length, `entry ${logged.height}: answers are missing, or too many`);
    for (const [j, answer] of trial.answers.entries()) {
      const isGone = answer.text === null && isRemoved(trial.seq, answer);
      const isSame = (part) =>
        answer[part] === null ? isGone || hashes[j][part] === null : hex(answer[part]) === hashes[j][part];
      check(
        answer.side === hashes[j].side &&
          answer.slot === hashes[j].slot &&
          ['text', 'rawText', 'logprobs'].every(isSame),
        `entry ${logged.height}: an answer was changed`,
      );
      count += 1;
    }
  }
  return count;
}

function main(path, trusted) {
  const files = untar(gunzipSync(readFileSync(path), { maxOutputLength: 2 ** 31 - 1 }));
  const text = (name) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(files.get(name));
  const linesOf = (name) => text(name).split('\n').slice(0, -1);
  const manifest = JSON.parse(text('manifest.json'));
  check(manifest.files.length === files.size - 1, 'the manifest has not every file');
  for (const { name, sha256: hash } of manifest.files)
    check(hex(files.get(name)) === hash, `${name} was changed`);

  const trials = new Map();
  const removed = [];
  let [prev, key] = ['0'.repeat(64), null];
  const leaves = linesOf('log.jsonl').map((line, height) => {
    const entry = JSON.parse(line);
    check(entry.height === height && entry.prev === prev, `entry ${height} does not follow the one before`);
    prev = hex(line);
    const payload = JSON.parse(entry.payload);
    if (entry.kind === 'key') key = payload.key;
    if (entry.kind === 'key-rotation') {
      const says = `twinwatch key rotation\nafter ${entry.prev}\nfrom ${key}\nto ${payload.key}\n\n`;
      check(payload.note.startsWith(says), `entry ${height} rotates other keys`);
      check(
        isSigned(payload.note, key) && isSigned(payload.note, payload.key),
        `entry ${height} lacks a signature`,
      );
      key = payload.key;
    }
    const isOurs = entry.watch === manifest.watch && payload.epoch === manifest.epoch;
    if (isOurs && entry.kind === 'trial') trials.set(payload.seq, { height, ...payload });
    if (isOurs && entry.kind === 'redaction') removed.push(payload);
    return sha256(Buffer.of(0), line);
  });
  const [origin, size, root] = text('checkpoint.txt').split('\n');
  check(isSigned(text('checkpoint.txt'), key), 'the checkpoint is not signed with the newest key of the log');
  check(
    origin === key.split('+')[0] && Number(size) === leaves.length,
    'the checkpoint is about another log',
  );
  check(rootOf(leaves).toString('base64') === root, 'the checkpoint was signed over other entries');
  if (trusted) check(trusted === key, `the log was signed with ${key}`);

  const count = checkAnswers(linesOf('answers.jsonl'), trials, removed);
  check(linesOf('answers.jsonl').length === manifest.trials, 'trials are missing');
  return `${leaves.length} entries and ${count} answers hold, signed with ${key}`;
}

try {
  process.stdout.write(`${main(...process.argv.slice(2))}\n`);
} catch (error) {
  process.stdout.write(`wrong: ${error.message}\n`);
  process.exitCode = 1;
}
