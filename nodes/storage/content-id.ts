import type { Hex } from "viem";

// 43 characters carry 258 bits, an id 256: the last character is one of the 16 whose two low bits are zero.
const BASE64URL_ID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const IPFS_CID = /^Qm[1-9A-HJ-NP-Za-km-z]{44}$/;

/** Whether `id` has the form of a Walrus blob id: 32 bytes in base64url, 43 characters. */
export function isWalrusForm(id: string): boolean {
  return BASE64URL_ID.test(id);
}

/** Whether `id` is an IPFS CID of version 0 (Qm…, 46 characters). */
export function isIpfsCid(id: string): boolean {
  return IPFS_CID.test(id);
}

/**
 * The id of content in a local store: its SHA-256 in base64url.
 *
 * It has the form of a Walrus blob id and is none: Walrus derives its ids from the encoded blob, so a Walrus aggregator
 * does not know this one.
 */
export function localIdOf(sha256: Hex): string {
  return Buffer.from(sha256.slice(2), "hex").toString("base64url");
}
