import { bytesToHex, concatHex, numberToHex, type Hex } from "viem";
import { TdxRefusedError } from "./errors.ts";

/** A quote of version 4 or 5 of a TDX guest, taken apart. Nothing in it has been checked yet. */
export interface TdxQuote {
  readonly version: 4 | 5;
  /** What the attestation key signs: the header, in version 5 the description of the body, and the TD report. */
  readonly signed: Uint8Array;
  /** The TD report: 584 bytes (1.0) or 648 (1.5). */
  readonly report: Uint8Array;
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array;
  /** x and y, 32 bytes each. */
  readonly attestationKey: Uint8Array;
  /** Report of the quoting enclave, 384 bytes. */
  readonly qeReport: Uint8Array;
  /** r and s, 32 bytes each. */
  readonly qeReportSignature: Uint8Array;
  readonly authenticationData: Uint8Array;
  /** The certificates that came with it, in DER: the PCK certificate first. */
  readonly certificates: readonly Uint8Array[];
}

const REPORT_SIZES: Readonly<Record<number, number>> = { 2: 584, 3: 648 };
const INTEL = "939a7233f79c4ca9940a0db3957f0607";
/** Kinds of certification data: the quoting enclave's report, and within it a chain of certificates as PEM. */
const QE_REPORT_DATA = 6;
const PEM_CHAIN = 5;

/** Reads numbers and spans one after the other. */
function reader(bytes: Uint8Array) {
  let at = 0;
  const take = (size: number): Uint8Array => {
    if (at + size > bytes.length) {
      throw new TdxRefusedError(
        "evidence-truncated",
        `The quote ends at byte ${bytes.length}; ${at + size} are needed.`,
      );
    }
    at += size;
    return bytes.subarray(at - size, at);
  };
  const number = (size: number): number => take(size).reduceRight((value, byte) => value * 256 + byte, 0);
  return { take, number, position: () => at };
}

/** The certificates of a PEM text, in DER. */
export function certificatesFromPem(pem: string): Uint8Array[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return [...blocks].map(([, base64 = ""]) => new Uint8Array(Buffer.from(base64, "base64")));
}

/**
 * Takes a raw quote apart. Bytes after its signature data are ignored, as Intel's own verification does: providers pad
 * quotes with zeros.
 *
 * @throws {@link TdxRefusedError} when it is not a TDX quote of version 4 or 5 with a chain of certificates
 */
export function parseQuote(raw: Uint8Array): TdxQuote {
  const all = reader(raw);
  const version = all.number(2);
  if (version !== 4 && version !== 5) {
    throw new TdxRefusedError("version-unsupported", `The quote has version ${version}; 4 and 5 are supported.`);
  }
  const keyType = all.number(2);
  if (keyType !== 2) {
    throw new TdxRefusedError("key-type-unsupported", `The attestation key has type ${keyType} instead of 2.`);
  }
  const teeType = all.number(4);
  if (teeType !== 0x81) {
    throw new TdxRefusedError("tee-type-unsupported", `The quote's TEE type is ${teeType}; TDX has 0x81, SGX 0.`);
  }
  all.take(4);
  const vendor = Buffer.from(all.take(16)).toString("hex");
  if (vendor !== INTEL)
    throw new TdxRefusedError("vendor-unknown", `The quoting enclave's vendor ${vendor} is not Intel.`);
  all.take(20);
  const bodyType = version === 5 ? all.number(2) : 2;
  const size = version === 5 ? all.number(4) : 584;
  if (REPORT_SIZES[bodyType] !== size) {
    throw new TdxRefusedError("body-unsupported", `The body has type ${bodyType} and ${size} bytes.`);
  }
  const report = all.take(size);
  const signed = raw.subarray(0, all.position());
  const data = reader(all.take(all.number(4)));
  const signature = data.take(64);
  const attestationKey = data.take(64);
  const inner = certificationData(data, QE_REPORT_DATA);
  const qeReport = inner.take(384);
  const qeReportSignature = inner.take(64);
  const authenticationData = inner.take(inner.number(2));
  const chain = certificationData(inner, PEM_CHAIN);
  const certificates = certificatesFromPem(Buffer.from(chain.rest()).toString("latin1"));
  if (certificates.length === 0) {
    throw new TdxRefusedError("certificate-chain-missing", "The quote carries no certificates.");
  }
  const parts = { signature, attestationKey, qeReport, qeReportSignature, authenticationData, certificates };
  return { version, signed, report, ...parts };
}

/** Enters certification data of the kind `kind`. */
function certificationData(data: ReturnType<typeof reader>, kind: number) {
  const found = data.number(2);
  if (found !== kind) {
    throw new TdxRefusedError(
      "certificate-chain-missing",
      `The quote has certification data of type ${found} where ${kind} is supported.`,
    );
  }
  const content = data.take(data.number(4));
  return { ...reader(content), rest: () => content };
}

/**
 * The evidence that `TdxVerifier.verify` takes.
 *
 * @param quote         a parsed quote
 * @param tcbEvaluation number of the TCB evaluation to judge by: that of the collateral on chain
 */
export function encodeEvidence(quote: TdxQuote, tcbEvaluation: number): Hex {
  const [pck] = quote.certificates;
  if (pck === undefined) throw new TdxRefusedError("certificate-chain-missing", "The quote carries no certificates.");
  const authSize = new Uint8Array([quote.authenticationData.length & 0xff, quote.authenticationData.length >> 8]);
  const parts = [quote.signed, quote.signature, quote.attestationKey, quote.qeReport, quote.qeReportSignature];
  const rest = [authSize, quote.authenticationData, pck];
  return concatHex([numberToHex(tcbEvaluation, { size: 4 }), ...[...parts, ...rest].map((part) => bytesToHex(part))]);
}
