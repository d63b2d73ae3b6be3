import { bytesToHex, keccak256, zeroHash, type Hex } from "viem";

import { parseNitroDocument, stripFraming } from "./document.ts";

/** One call of `NitroCertificates.cacheCertificate`. */
export interface NitroCertificateCall {
  /** The id it will have. */
  readonly certificateId: Hex;
  readonly der: Hex;
  /** Zero for the root. */
  readonly parentId: Hex;
}

/** What the contracts are sent for one document. */
export interface NitroCalls {
  /** The certificates in the order in which they can be brought; those that are there already may be left out. */
  readonly certificates: readonly NitroCertificateCall[];
  /** The argument of `NitroVerifier.verify`. */
  readonly evidence: Hex;
}

/**
 * Prepares what the contracts need from an evidence file.
 *
 * @param file the document, bare or in the framing that `stripFraming` knows
 * @throws {NitroEvidenceError} when it is no attestation document
 */
export function prepareNitroCalls(file: Uint8Array): NitroCalls {
  const document = stripFraming(file);
  const { bundle, certificate } = parseNitroDocument(document);
  let parentId: Hex = zeroHash;
  const certificates = [...bundle, certificate].map((der) => {
    const call = { certificateId: keccak256(der), der: bytesToHex(der), parentId };
    parentId = call.certificateId;
    return call;
  });
  return { certificates, evidence: bytesToHex(document) };
}
