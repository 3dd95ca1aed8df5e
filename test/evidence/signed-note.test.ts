import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointText, parseCheckpoint } from '../../src/evidence/checkpoint.js';
import { EvidenceError } from '../../src/evidence/index.js';
import {
  createSigner,
  openNote,
  parseNote,
  parseVerifierKey,
  signNote,
} from '../../src/evidence/signed-note.js';
import fixtures from './fixtures/signed-notes.json' with { type: 'json' };

/** The Ed25519 key of a seed of 32 bytes, by way of its PKCS 8 form. */
function keyOf(seed: string): KeyObject {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

const newSigner = (name = 'log'): ReturnType<typeof createSigner> =>
  createSigner(name, generateKeyPairSync('ed25519').privateKey);

describe('signed notes', () => {
  it("are the Go implementation's, byte for byte", () => {
    expect(fixtures.notes).toHaveLength(3);
    for (const { name, seed, verifier, text, note } of fixtures.notes) {
      const signer = createSigner(name, keyOf(seed));
      expect(signer.verifier.text).toBe(verifier);
      expect(signNote(text, [signer])).toBe(note);
      const known = parseVerifierKey(verifier);
      expect(openNote(note, [known])).toEqual({ text, signers: [known] });
    }
  });

  it('open for the example of the specification', () => {
    // https://c2sp.org/signed-note, and the verifier key that its companion documents give.
    const known = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(known).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3' });
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    expect(openNote(note, [known]).text).toBe(text);
  });

  it('name all known signers, and leave unknown ones alone', () => {
    const [one, two, other] = [newSigner(), newSigner(), newSigner()];
    const note = signNote('text\n\nmore\n', [other, one, two]);
    const { text, signers } = openNote(note, [two.verifier, one.verifier]);
    expect(text).toBe('text\n\nmore\n');
    expect(new Set(signers)).toEqual(new Set([one.verifier, two.verifier]));
    expect(() => openNote(note, [newSigner().verifier])).toThrow(/no known key/);
    expect(() => openNote(note, [])).toThrow(/no known key/);
    const forged = signNote('other\n', [one]).replace('other', 'text');
    expect(() => openNote(forged, [one.verifier])).toThrow(/signature of log .* is wrong/);
    // One good signature does not make up for a known key's wrong one.
    const mixed = `${signNote('text\n', [two])}${forged.split('\n').at(-2)}\n`;
    expect(() => openNote(mixed, [one.verifier, two.verifier])).toThrow(/is wrong/);
    expect(openNote(mixed, [two.verifier]).signers).toEqual([two.verifier]);
  });

  it('refuse every change of a byte, and never with anything but an EvidenceError', () => {
    const signer = newSigner('a.example/b');
    const note = signNote('a.example/b\n12\n\nx\n', [signer]);
    const bytes = Buffer.from(note);
    for (let i = 0; i < bytes.length; i += 1) {
      for (const bit of [1, 2, 16, 128]) {
        const changed = Buffer.from(bytes);
        changed[i] = (changed[i] as number) ^ bit;
        expect(() => openNote(changed.toString(), [signer.verifier]), `${i} ${bit}`).toThrow(EvidenceError);
      }
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(note.length), fc.nat(20), (text, at, cut) => {
        const mutated = note.slice(0, at) + text + note.slice(at + cut);
        fc.pre(mutated !== note);
        expect(() => openNote(mutated, [signer.verifier])).toThrow(EvidenceError);
        expect(() => parseVerifierKey(text)).toThrow(EvidenceError);
        expect(() => parseCheckpoint(text)).toThrow(EvidenceError);
      }),
    );
  });

  it.each([
    ['no signature', 'a\n\n'],
    ['no blank line', 'a\n— n AAAAAAA=\n'],
    ['no text', '\n\n— n AAAAAAA=\n'],
    ['no last newline', 'a\n\n— n AAAAAAA='],
    ['a hyphen for the dash', 'a\n\n- n AAAAAAA=\n'],
    ['a plus in the name', 'a\n\n— n+m AAAAAAA=\n'],
    ['a no-break space in the name', 'a\n\n— n\u00a0m AAAAAAA=\n'],
    ['no name', 'a\n\n—  AAAAAAA=\n'],
    ['a key id alone', 'a\n\n— n AAAAAA==\n'],
    ['base64 in a second spelling', 'a\n\n— n AAAAAAB=\n'],
    ['base64 for URLs', 'a\n\n— n AAAAAA-_AAAA\n'],
    ['something behind', 'a\n\n— n AAAAAAA= x\n'],
    ['a tab', 'a\tb\n\n— n AAAAAAA=\n'],
    ['a carriage return', 'a\r\n\n— n AAAAAAA=\n'],
    ['a lone surrogate', 'a\ud800\n\n— n AAAAAAA=\n'],
    ['101 signatures', `a\n\n${'— n AAAAAAA=\n'.repeat(101)}`],
    ['a megabyte', `${'a\n'.repeat(600_000)}\n— n AAAAAAA=\n`],
  ])('are malformed with %s', (_, note) => {
    expect(() => parseNote(note)).toThrow(EvidenceError);
  });

  it('are read with many signatures, and are not signed where they could not be read', () => {
    expect(parseNote(`a\n\n${'— n AAAAAAA=\n'.repeat(100)}`).signatures).toHaveLength(100);
    for (const text of ['', 'no newline', 'a\u0000\n', 'a\ud800\n'])
      expect(() => signNote(text, [newSigner()])).toThrow(EvidenceError);
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u2003b', 'x'.repeat(201)])
      expect(() => newSigner(name)).toThrow(EvidenceError);
  });
});

describe('verifier keys', () => {
  it('are refused when a part does not fit', () => {
    const { text } = newSigner('example.org/log').verifier;
    expect(parseVerifierKey(text).text).toBe(text);
    const [name, id, key] = text.split(/\+(.{8})\+/) as [string, string, string];
    const ecdsa = Buffer.from(key, 'base64');
    ecdsa[0] = 2;
    for (const wrong of [
      `${name}x+${id}+${key}`,
      `${name}+00000000+${key}`,
      `${name}+${id}+${key.slice(4)}`,
      `${name}+${id}+${ecdsa.toString('base64')}`,
      `${name}+${id}+${key}\n`,
      `+${id}+${key}`,
      key,
    ])
      expect(() => parseVerifierKey(wrong), wrong).toThrow(EvidenceError);
  });
});

describe('checkpoints', () => {
  const root = Buffer.alloc(32, 7);

  it('say origin, size, root and extensions, a line each', () => {
    const checkpoint = { origin: 'example.org/log', size: 20_852_163, root, extensions: ['more'] };
    expect(checkpointText(checkpoint)).toBe(`example.org/log\n20852163\n${root.toString('base64')}\nmore\n`);
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
    const [first] = fixtures.notes;
    expect(parseCheckpoint(first?.text ?? '')).toMatchObject({ origin: 'example.org/log', size: 3 });
  });

  it.each([
    ['a leading zero', `o\n01\n${root.toString('base64')}\n`],
    ['a sign', `o\n-1\n${root.toString('base64')}\n`],
    ['an exponent', `o\n1e3\n${root.toString('base64')}\n`],
    ['a size past exactness', `o\n9007199254740993\n${root.toString('base64')}\n`],
    ['a short root', `o\n1\n${root.subarray(1).toString('base64')}\n`],
    ['an unpadded root', `o\n1\n${root.toString('base64').slice(0, -1)}\n`],
    ['an empty origin', `\n1\n${root.toString('base64')}\n`],
    ['an empty extension', `o\n1\n${root.toString('base64')}\n\n`],
    ['no last newline', `o\n1\n${root.toString('base64')}`],
    ['two lines', 'o\n1\n'],
  ])('are malformed with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(EvidenceError);
  });
});
