import { createPublicKey, verify } from "node:crypto";
import { bytesToHex, concat, encodeAbiParameters, keccak256, numberToHex, stringToHex, zeroHash, type Hex } from "viem";

import { SnpRefusedError } from "./errors.ts";
import { SNP_PRODUCTS, type SnpProduct } from "./products.ts";
import { readReport, REPORT_SIZE } from "./report.ts";
import { verifyVcek } from "./vcek.ts";

/** What the contract answers: the struct AttestationFacts, decoded. */
export interface SnpFacts {
  readonly kind: number;
  readonly platformClass: Hex;
  readonly measurementId: Hex;
  readonly tcbStatus: number;
  readonly tcbDate: bigint;
  readonly tcbEvaluationNumber: number;
  readonly tcbVersion: bigint;
  readonly advisoryHash: Hex;
  readonly platformId: Hex;
  readonly attestedAt: bigint;
  readonly collateralExpiry: bigint;
  readonly debug: boolean;
  readonly reportData: Hex;
}

/** A report with the certificate of the key that signed it. */
export interface SnpEvidence {
  readonly product: SnpProduct;
  /** The report's 1,184 bytes. */
  readonly report: Uint8Array;
  /** The VCEK's certificate in DER; left out when the contract has cached it. */
  readonly vcek?: Uint8Array;
}

/** The evidence as the contract takes it: product, report, certificate. */
export function encodeSnpEvidence({ product, report, vcek }: SnpEvidence): Hex {
  if (report.length !== REPORT_SIZE) {
    throw new SnpRefusedError(
      "SnpEvidenceTooShort",
      `A report has ${REPORT_SIZE} bytes; this one has ${report.length}.`,
    );
  }
  const certificate = vcek === undefined ? "0x" : bytesToHex(vcek);
  return concat([numberToHex(SNP_PRODUCTS[product], { size: 1 }), bytesToHex(report), certificate]);
}

/** The id under which the contract keeps the key of a chip for one TCB. */
export function computeVcekId(product: SnpProduct, platformId: Hex, tcbVersion: bigint): Hex {
  const types = [{ type: "uint8" }, { type: "bytes32" }, { type: "uint64" }] as const;
  return keccak256(encodeAbiParameters(types, [SNP_PRODUCTS[product], platformId, tcbVersion]));
}

/** Whether `signature` (r and s) over `signed` is by the P-384 key with this point (x and y). */
function isSignedBy(point: Uint8Array, signed: Uint8Array, signature: Uint8Array): boolean {
  const coordinate = (from: number): string => Buffer.from(point.subarray(from, from + 48)).toString("base64url");
  const jwk = { kty: "EC", crv: "P-384", x: coordinate(0), y: coordinate(48) };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return verify("sha384", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/**
 * Verifies a report and its certificate as the contract does, and says the same facts.
 *
 * @param now Unix seconds
 * @throws {@link SnpRefusedError} with the name of the contract's error when the evidence is refused
 */
export function verifySnp(evidence: Required<SnpEvidence>, now: bigint): SnpFacts {
  const { product } = evidence;
  const report = readReport(evidence.report);
  const vcek = verifyVcek(evidence.vcek, product);
  if (vcek.platformId !== report.platformId || vcek.tcbVersion !== report.tcbVersion) {
    throw new SnpRefusedError("SnpVcekMismatch", "The certificate is for another chip or TCB than the report's.");
  }
  if (now < BigInt(vcek.notBefore) || now > BigInt(vcek.notAfter)) {
    const span = `from ${vcek.notBefore} to ${vcek.notAfter}`;
    throw new SnpRefusedError("SnpVcekNotValidNow", `The certificate is valid ${span} (Unix seconds), not at ${now}.`);
  }
  if (!isSignedBy(vcek.key, report.signed, report.signature)) {
    throw new SnpRefusedError("SnpSignatureInvalid", "The report's signature is not by the certificate's key.");
  }
  return {
    kind: 3,
    platformClass: stringToHex(product, { size: 32 }),
    measurementId: report.measurementId,
    tcbStatus: 0,
    tcbDate: 0n,
    tcbEvaluationNumber: 0,
    tcbVersion: report.tcbVersion,
    advisoryHash: zeroHash,
    platformId: report.platformId,
    attestedAt: 0n,
    collateralExpiry: BigInt(vcek.notAfter),
    debug: report.debug,
    reportData: report.reportData,
  };
}
