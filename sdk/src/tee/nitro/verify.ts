import { bytesToHex, keccak256, type Hex } from "viem";

import { parseNitroCertificate, type NitroCertificate } from "./certificate.ts";
import { nitroMeasurementId, parseNitroDocument, type NitroDocument } from "./document.ts";
import { sha256, verifyP384 } from "./ecdsa.ts";
import { NitroEvidenceError } from "./errors.ts";

/** SHA-256 of AWS's root certificate for Nitro enclaves, DER. */
export const AWS_NITRO_ROOT: Hex = "0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";

/** A certificate that was revoked. */
export interface RevokedCertificate {
  /** keccak256 of the issuer's name, DER. */
  readonly issuerHash: Hex;
  readonly serial: bigint;
}

/** What to verify against. */
export interface NitroTrust {
  /** Unix seconds: the block time. */
  readonly at: bigint;
  /** SHA-256 of the root certificate; AWS's unless given. */
  readonly root?: Hex;
  /** None unless given. */
  readonly revoked?: readonly RevokedCertificate[];
}

/** What a genuine document says: the contract's facts that are not constant for Nitro. */
export interface NitroFacts {
  readonly measurementId: Hex;
  readonly platformId: Hex;
  /** Unix seconds. */
  readonly attestedAt: bigint;
  /** Unix seconds. */
  readonly collateralExpiry: bigint;
  /** 64 bytes, or the 68 of nitriding. */
  readonly reportData: Hex;
}

const KEY_CERT_SIGN = 0x0400;
const DIGITAL_SIGNATURE = 0x8000;

function refuse(code: string, detail: string): never {
  throw new NitroEvidenceError(code, detail);
}

/** Checks dates and revocation. */
function checkLink({ id, notBefore, notAfter, issuerHash, serial }: NitroCertificate, trust: NitroTrust): void {
  if (trust.at < notBefore || trust.at > notAfter) {
    refuse("NitroCertificateExpired", `${id} is valid from ${notBefore} to ${notAfter}, not at ${trust.at}`);
  }
  const revoked = trust.revoked?.some((entry) => entry.issuerHash === issuerHash && entry.serial === serial);
  if (revoked === true) refuse("NitroCertificateWasRevoked", id);
}

/** Checks `certificate` against its parent; returns how many CAs may follow below it, undefined for any number. */
function checkChild(certificate: NitroCertificate, parent: NitroCertificate, limit: number | undefined) {
  if (certificate.issuerHash !== parent.subjectHash) refuse("NitroIssuerMismatch", certificate.id);
  if (!parent.isCa) refuse("NitroParentNotCa", parent.id);
  if (certificate.isCa && limit === 0) refuse("NitroPathTooLong", parent.id);
  if (!verifyP384(certificate.tbs, certificate.signature, parent.key)) {
    refuse("NitroCertificateSignatureInvalid", certificate.id);
  }
  const inherited = limit === undefined ? Infinity : limit - (certificate.isCa ? 1 : 0);
  const left = Math.min(inherited, certificate.pathLength ?? Infinity);
  return left === Infinity ? undefined : left;
}

/**
 * Checks a chain from the root down, as the contract does when its certificates are brought one after the other.
 *
 * @param chain certificates, DER, the root first
 * @returns the last one, and the first end of validity
 * @throws {NitroEvidenceError} with the name of the contract's error
 */
export function verifyNitroChain(
  chain: readonly Uint8Array[],
  trust: NitroTrust,
): { readonly signer: NitroCertificate; readonly expiry: bigint } {
  const [rootDer, ...others] = chain;
  if (rootDer === undefined) refuse("NitroCertificateUnknown", "the chain is empty");
  const digest = bytesToHex(sha256(rootDer));
  const expected = trust.root ?? AWS_NITRO_ROOT;
  if (digest !== expected) refuse("NitroRootUnexpected", `${digest} instead of ${expected}`);
  let signer = parseNitroCertificate(rootDer);
  let limit = signer.pathLength;
  let expiry = signer.notAfter;
  const checkUse = (certificate: NitroCertificate): void => {
    const required = certificate.isCa ? KEY_CERT_SIGN : DIGITAL_SIGNATURE;
    if ((certificate.keyUsage & required) === 0) refuse("NitroKeyUsageMissing", certificate.id);
    checkLink(certificate, trust);
  };
  checkUse(signer);
  for (const certificate of others.map(parseNitroCertificate)) {
    limit = checkChild(certificate, signer, limit);
    checkUse(certificate);
    if (certificate.notAfter < expiry) expiry = certificate.notAfter;
    signer = certificate;
  }
  return { signer, expiry };
}

/**
 * The verdict of the contract, without a chain: parses a document, checks its certificates and its signature.
 *
 * @param document the bare document; see `stripFraming`
 * @returns the facts, and the parsed document
 * @throws {NitroEvidenceError} with the name of the contract's error
 */
export function verifyNitroDocument(
  document: Uint8Array,
  trust: NitroTrust,
): { readonly facts: NitroFacts; readonly document: NitroDocument } {
  const parsed = parseNitroDocument(document);
  const { signer, expiry } = verifyNitroChain([...parsed.bundle, parsed.certificate], trust);
  if (signer.isCa) refuse("NitroSignerIsCa", signer.id);
  const attestedAt = parsed.timestamp / 1000n;
  if (attestedAt < signer.notBefore || attestedAt > signer.notAfter) {
    refuse("NitroTimestampInvalid", `${attestedAt} is not between ${signer.notBefore} and ${signer.notAfter}`);
  }
  const measurementId = nitroMeasurementId(parsed.pcrs);
  const size = parsed.userData?.length ?? 0;
  if (size !== 64 && size !== 68) refuse("NitroUserDataInvalid", `${size} bytes`);
  if (!verifyP384(parsed.signedBytes, parsed.signature, signer.key)) refuse("NitroSignatureInvalid", "the document");
  return {
    facts: {
      measurementId,
      platformId: keccak256(new TextEncoder().encode(parsed.moduleId)),
      attestedAt,
      collateralExpiry: expiry,
      reportData: bytesToHex(parsed.userData ?? new Uint8Array()),
    },
    document: parsed,
  };
}
