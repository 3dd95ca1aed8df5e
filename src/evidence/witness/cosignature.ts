import { verify } from 'node:crypto';
import { EvidenceError } from '../errors.js';
import {
  keyTypes,
  type Note,
  type NoteSignature,
  parseVerifierKey,
  type Signer,
  signatureLine,
  type Verifier,
  verifierOf,
} from '../signed-note.js';

/*
 * Co-signatures of C2SP (https://c2sp.org/tlog-cosignature), version 1, with Ed25519: "as of this time, this is the
 * largest head that I have seen of this log, and it goes on from all that I saw before".
 */

/** Who co-signs other logs. */
export interface Witness {
  readonly verifier: Verifier;
  /**
   * The line that co-signs a checkpoint.
   * @param text the checkpoint's, with its final newline
   * @param at milliseconds since 1970
   */
  cosign(text: string, at: number): string;
}

/** The verifier key of a log's key where it co-signs other logs, under the same name. */
export function witnessVerifier({ name, publicKey }: Verifier): Verifier {
  return verifierOf(name, publicKey, keyTypes.cosignature);
}

/**
 * A log's own key as that of a witness. What it signs as the one can't be taken for the other: the
 * second line of a co-signature's message begins with "time", that of a checkpoint is a number.
 */
export function witnessOf(signer: Signer): Witness {
  const verifier = witnessVerifier(signer.verifier);
  return {
    verifier,
    cosign: (text, at) => {
      const seconds = BigInt(Math.floor(at / 1000));
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(seconds);
      const signature = Buffer.concat([time, signer.sign(messageOf(text, seconds))]);
      return signatureLine({ name: verifier.name, id: verifier.id, signature });
    },
  };
}

/** Reads a witness's verifier key. @throws EvidenceError when it is none */
export function parseWitnessKey(text: string): Verifier {
  return parseVerifierKey(text, keyTypes.cosignature);
}

/** A witness's co-signature that was found right. */
export interface Cosignature {
  readonly witness: Verifier;
  readonly signature: NoteSignature;
}

/**
 * The co-signatures of these witnesses on a checkpoint. Those of others are left alone.
 * @throws EvidenceError when one of them is wrong
 */
export function cosignaturesOn({ text, signatures }: Note, witnesses: readonly Verifier[]): Cosignature[] {
  return signatures.flatMap((signature) => {
    const witness = witnesses.find(({ name, id }) => name === signature.name && id === signature.id);
    if (witness === undefined) return [];
    if (!isRight(text, signature.signature, witness))
      throw new EvidenceError(`the co-signature of ${witness.name} (${witness.id}) is wrong`);
    return [{ witness, signature }];
  });
}

function isRight(text: string, signature: Buffer, { publicKey }: Verifier): boolean {
  if (signature.length !== 72) return false;
  const message = messageOf(text, signature.readBigUInt64BE());
  return verify(null, Buffer.from(message), publicKey, signature.subarray(8));
}

function messageOf(text: string, seconds: bigint): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}
