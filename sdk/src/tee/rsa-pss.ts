import { constants, createPublicKey, verify, type KeyObject } from "node:crypto";
import { bytesToHex, hexToBytes, size, type Hex } from "viem";

/** Size of the SubjectPublicKeyInfo of an RSA-2048 key with exponent 65537: DER has one encoding of it. */
const SPKI_2048_BYTES = 294;
/** The bytes around the modulus in it. */
const SPKI_2048_PREFIX = "30820122300d06092a864886f70d01010105000382010f003082010a0282010100";
const SPKI_EXPONENT = "0203010001";

/** Which of the two kinds of RSA-PSS keys of the contracts. */
export type RsaPssKind = "rsa-2048-sha256" | "rsa-4096-sha384";

/** Key size in bits, hash, and bytes of salt of each kind. */
const KINDS = {
  "rsa-2048-sha256": { bits: 2_048, hash: "sha256", salt: 32 },
  "rsa-4096-sha384": { bits: 4_096, hash: "sha384", salt: 48 },
} as const satisfies Record<RsaPssKind, { bits: number; hash: string; salt: number }>;

/**
 * Whether `signature` over `message` is by `key`: the same verdict as the contract library RsaPss. MGF1 uses the
 * message's hash, and the exponent must be 65537.
 */
export function verifyRsaPss(kind: RsaPssKind, key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  const { bits, hash, salt } = KINDS[kind];
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== bits || publicExponent !== 65_537n || signature.length !== bits / 8) return false;
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
  return verify(hash, message, options, signature);
}

/**
 * The modulus in the SubjectPublicKeyInfo of an RSA-2048 key with exponent 65537; undefined for anything else, whatever
 * it is.
 */
export function modulusOfSpki2048(spki: Hex): Hex | undefined {
  if (size(spki) !== SPKI_2048_BYTES) return undefined;
  const text = bytesToHex(hexToBytes(spki)).slice(2);
  if (!text.startsWith(SPKI_2048_PREFIX) || !text.endsWith(SPKI_EXPONENT)) return undefined;
  return `0x${text.slice(SPKI_2048_PREFIX.length, -SPKI_EXPONENT.length)}`;
}

/**
 * Whether an OpenGradient gateway with the RSA key `spki` signed `messageHash`: RSA-PSS over the SHA-256 of the hash's 32
 * bytes. Never throws for a wrong key or signature.
 */
export function verifyGatewaySignature(spki: Hex, messageHash: Hex, signature: Hex): boolean {
  if (modulusOfSpki2048(spki) === undefined) return false;
  const key = createPublicKey({ key: Buffer.from(hexToBytes(spki)), format: "der", type: "spki" });
  return verifyRsaPss("rsa-2048-sha256", key, hexToBytes(messageHash), hexToBytes(signature));
}
