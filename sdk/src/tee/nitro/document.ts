import { bytesToHex, concat, keccak256, stringToBytes, type Hex } from "viem";

import { CborType, readCbor, type CborReader } from "./cbor.ts";
import { NitroEvidenceError } from "./errors.ts";

/** What an attestation document says. */
export interface NitroDocument {
  /** Name that AWS gives the enclave: the instance's id and the enclave's. */
  readonly moduleId: string;
  /** Unix milliseconds. */
  readonly timestamp: bigint;
  /** Registers by index, 48 bytes each; those that the document does not list are not there. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** The certificate, DER, whose key signed the document. */
  readonly certificate: Uint8Array;
  /** The issuers of that certificate, DER, from the root on. */
  readonly bundle: readonly Uint8Array[];
  readonly publicKey: Uint8Array | undefined;
  readonly userData: Uint8Array | undefined;
  readonly nonce: Uint8Array | undefined;
  /** The bytes that the signature covers. */
  readonly signedBytes: Uint8Array;
  /** r and s, 96 bytes. */
  readonly signature: Uint8Array;
}

/** Array of 4; protected header {1: -35}, which is ES384; empty map of unprotected headers. */
const HEADER = Uint8Array.from([0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0]);
const SIGNED_PREFIX = concat([
  Uint8Array.from([0x84, 0x6a]),
  stringToBytes("Signature1"),
  Uint8Array.from([0x44, 0xa1, 0x01, 0x38, 0x22, 0x40]),
]);
const REQUIRED = ["module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"];
const OPTIONAL = ["public_key", "user_data", "nonce"];
const MAX_STRING = 1024;
const PCRS = 32;
const PCR_SIZE = 48;
const MAX_BUNDLE = 8;
const SIGNATURE_SIZE = 96;

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function checkSize(key: string, size: number, minimum: number, maximum: number): void {
  if (size < minimum || size > maximum) throw new NitroEvidenceError("NitroFieldInvalid", `${key} has size ${size}`);
}

function readPcrs(reader: CborReader): ReadonlyMap<number, Uint8Array> {
  const count = Number(reader.head(CborType.map));
  checkSize("pcrs", count, 1, PCRS);
  const pcrs = new Map<number, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const index = Number(reader.head(CborType.uint));
    if (index >= PCRS || pcrs.has(index)) throw new NitroEvidenceError("NitroPcrIndexInvalid", `index ${index}`);
    const value = reader.string(CborType.bytes);
    checkSize("pcrs", value.length, PCR_SIZE, PCR_SIZE);
    pcrs.set(index, value);
  }
  return pcrs;
}

function readBundle(reader: CborReader): readonly Uint8Array[] {
  const count = Number(reader.head(CborType.array));
  checkSize("cabundle", count, 1, MAX_BUNDLE);
  return Array.from({ length: count }, () => {
    const certificate = reader.string(CborType.bytes);
    checkSize("cabundle", certificate.length, 1, MAX_STRING);
    return certificate;
  });
}

type Fields = {
  -readonly [Key in keyof Omit<NitroDocument, "signedBytes" | "signature">]?: NitroDocument[Key];
};

function readField(reader: CborReader, key: string, fields: Fields): void {
  if (key === "pcrs") fields.pcrs = readPcrs(reader);
  else if (key === "cabundle") fields.bundle = readBundle(reader);
  else if (key === "timestamp") fields.timestamp = reader.head(CborType.uint);
  else if (key === "module_id" || key === "digest") {
    const text = reader.string(CborType.text);
    checkSize(key, text.length, 1, MAX_STRING);
    if (key === "module_id") fields.moduleId = ascii(text);
    else if (ascii(text) !== "SHA384") throw new NitroEvidenceError("NitroFieldInvalid", `digest is ${ascii(text)}`);
  } else if (key === "certificate") {
    fields.certificate = reader.string(CborType.bytes);
    checkSize(key, fields.certificate.length, 1, MAX_STRING);
  } else {
    const value = reader.bytesOrNull();
    checkSize(key, value?.length ?? 0, 0, MAX_STRING);
    if (key === "public_key") fields.publicKey = value;
    else if (key === "user_data") fields.userData = value;
    else fields.nonce = value;
  }
}

/**
 * Takes a document apart, as strictly as the contract does. Checks no signature.
 *
 * @param document the COSE_Sign1 array that the Nitro Security Module returns; see {@link stripFraming} for others
 * @throws {NitroEvidenceError} with the name of the contract's error
 */
export function parseNitroDocument(document: Uint8Array): NitroDocument {
  if (HEADER.some((byte, index) => document[index] !== byte)) {
    throw new NitroEvidenceError("NitroHeaderUnexpected", bytesToHex(document.subarray(0, HEADER.length)));
  }
  const outer = readCbor(document.subarray(HEADER.length));
  const payload = outer.string(CborType.bytes);
  const payloadEnd = outer.position();
  const signature = outer.string(CborType.bytes);
  checkSize("signature", signature.length, SIGNATURE_SIZE, SIGNATURE_SIZE);
  outer.finish();

  const reader = readCbor(payload);
  const fields: Fields = {};
  const seen = new Set<string>();
  reader.map(() => {
    const key = ascii(reader.string(CborType.text));
    if ((!REQUIRED.includes(key) && !OPTIONAL.includes(key)) || seen.has(key)) {
      throw new NitroEvidenceError("NitroKeyUnexpected", key);
    }
    seen.add(key);
    readField(reader, key, fields);
  });
  reader.finish();
  const { moduleId, timestamp, pcrs, certificate, bundle, publicKey, userData, nonce } = fields;
  const missing = REQUIRED.filter((key) => !seen.has(key));
  if (missing.length > 0 || !moduleId || timestamp === undefined || !pcrs || !certificate || !bundle) {
    throw new NitroEvidenceError("NitroFieldMissing", missing.join(", "));
  }
  const signedBytes = concat([SIGNED_PREFIX, document.subarray(HEADER.length, HEADER.length + payloadEnd)]);
  return { moduleId, timestamp, pcrs, certificate, bundle, publicKey, userData, nonce, signedBytes, signature };
}

/**
 * The document in what some tools write around it: a length before it (4 bytes, or 3 and a format byte) and their own
 * data behind it. The contract takes the bare document only.
 *
 * @throws {NitroEvidenceError} when there is no document at the beginning, or after 4 bytes
 */
export function stripFraming(evidence: Uint8Array): Uint8Array {
  const start = [0, 4].find((offset) => HEADER.every((byte, index) => evidence[offset + index] === byte));
  if (start === undefined) {
    throw new NitroEvidenceError("NitroHeaderUnexpected", "no attestation document at the beginning, or after 4 bytes");
  }
  const reader = readCbor(evidence.subarray(start + HEADER.length));
  reader.string(CborType.bytes);
  reader.string(CborType.bytes);
  return evidence.slice(start, start + HEADER.length + reader.position());
}

/** Whether a register says nothing: it is not there, or zero. */
export function isEmptyPcr(pcr: Uint8Array | undefined): boolean {
  return pcr === undefined || pcr.every((byte) => byte === 0);
}

/**
 * The contract's `measurementId`: keccak256(0x01 ‖ PCR0 ‖ PCR1 ‖ PCR2), followed by PCR8 if the image is signed.
 *
 * @throws {NitroEvidenceError} when one of the registers 0, 1 and 2 is missing, or zero, which is debug mode
 */
export function nitroMeasurementId(pcrs: ReadonlyMap<number, Uint8Array>): Hex {
  const code = [0, 1, 2].map((index) => {
    const pcr = pcrs.get(index);
    if (pcr === undefined) throw new NitroEvidenceError("NitroPcrMissing", `register ${index}`);
    if (isEmptyPcr(pcr)) throw new NitroEvidenceError("NitroDebugMode", `register ${index} is zero`);
    return pcr;
  });
  const signer = pcrs.get(8);
  const signed = signer === undefined || isEmptyPcr(signer) ? [] : [signer];
  return keccak256(concat([Uint8Array.of(1), ...code, ...signed]));
}
