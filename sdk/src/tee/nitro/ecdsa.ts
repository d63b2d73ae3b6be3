import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";

/** The bytes before the point in the SubjectPublicKeyInfo of a key on P-384. */
const P384_PREFIX = Buffer.from("3076301006072a8648ce3d020106052b81040022036200" + "04", "hex");

/** SHA-256 of `data`. */
export function sha256(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}

/**
 * Whether `signature` is ECDSA over SHA-384 of `data` under a key on P-384. Both forms of s are good.
 *
 * @param signature r and s, 48 bytes each
 * @param key       x and y, 48 bytes each; a point off the curve verifies nothing
 */
export function verifyP384(data: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: Buffer.concat([P384_PREFIX, key]), format: "der", type: "spki" });
  } catch {
    return false;
  }
  return verify("sha384", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}
