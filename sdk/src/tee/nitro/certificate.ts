import { bytesToBigInt, bytesToHex, keccak256, type Hex } from "viem";

import { NitroEvidenceError } from "./errors.ts";

/** What the verifier needs of a certificate. */
export interface NitroCertificate {
  /** keccak256 of the DER: the contract's id. */
  readonly id: Hex;
  /** The bytes that the signature covers. */
  readonly tbs: Uint8Array;
  readonly serial: bigint;
  /** keccak256 of the issuer's name, DER. */
  readonly issuerHash: Hex;
  /** keccak256 of the subject's name, DER. */
  readonly subjectHash: Hex;
  /** Unix seconds. */
  readonly notBefore: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly isCa: boolean;
  /** Number of CAs allowed below; undefined without a limit. */
  readonly pathLength: number | undefined;
  /** Bits of keyUsage, bit 0 the most significant of 16. */
  readonly keyUsage: number;
  /** x and y, 48 bytes each. */
  readonly key: Uint8Array;
  /** r and s, 48 bytes each. */
  readonly signature: Uint8Array;
}

interface Node {
  readonly tag: number;
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

const ECDSA_SHA384 = "0x300a06082a8648ce3d040303";
const P384_PREFIX = "0x3076301006072a8648ce3d020106052b8104002203620004";
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;

function refuse(code: string, detail: string): never {
  throw new NitroEvidenceError(code, detail);
}

/** The values in `data`, which they fill exactly. */
function children(data: Uint8Array): readonly Node[] {
  const nodes: Node[] = [];
  for (let at = 0; at < data.length; ) {
    const [tag, first] = [data[at], data[at + 1]];
    if (tag === undefined || first === undefined) refuse("DerTruncated", `a value at byte ${at}`);
    const extra = first < 0x80 ? 0 : first - 0x80;
    if (extra > 2 || first === 0x80) refuse("DerLengthInvalid", `the value at byte ${at}`);
    const begin = at + 2 + extra;
    if (begin > data.length) refuse("DerTruncated", `a value at byte ${at}`);
    const length = extra === 0 ? first : Number(bytesToBigInt(data.subarray(at + 2, begin)));
    if (extra > 0 && length < (extra === 1 ? 0x80 : 0x100)) refuse("DerLengthInvalid", `the value at byte ${at}`);
    if (begin + length > data.length) refuse("DerTruncated", `a value at byte ${at}`);
    nodes.push({ tag, whole: data.subarray(at, begin + length), content: data.subarray(begin, begin + length) });
    at = begin + length;
  }
  return nodes;
}

function expect(node: Node | undefined, tag: number): Node {
  if (node === undefined) refuse("DerTruncated", `no value with tag ${tag}`);
  if (node.tag !== tag) refuse("DerTagUnexpected", `tag ${node.tag} instead of ${tag}`);
  return node;
}

/** Values that must be exactly `count`. */
function exactly(data: Uint8Array, count: number): readonly Node[] {
  const nodes = children(data);
  if (nodes.length < count) refuse("DerTruncated", `${nodes.length} values instead of ${count}`);
  if (nodes.length > count) refuse("DerTrailingBytes", `${nodes.length} values instead of ${count}`);
  return nodes;
}

/** The magnitude of a non-negative INTEGER in its shortest form. */
function magnitude(node: Node | undefined): Uint8Array {
  const { content } = expect(node, INTEGER);
  const [first, second] = content;
  if (first === undefined || first > 0x7f) refuse("DerValueInvalid", "an INTEGER");
  if (first !== 0 || second === undefined) return content;
  if (second < 0x80) refuse("DerValueInvalid", "an INTEGER");
  return content.subarray(1);
}

function time(node: Node | undefined): bigint {
  const text = String.fromCharCode(...(node?.content ?? []));
  const full = node?.tag === 0x17 ? (text < "5" ? "20" : "19") + text : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if ((node?.tag !== 0x17 && node?.tag !== 0x18) || parts === null) refuse("DerValueInvalid", `the time ${text}`);
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== iso || milliseconds < 0) {
    refuse("DerValueInvalid", `the time ${text}`);
  }
  return BigInt(milliseconds / 1000);
}

function bits(node: Node | undefined): Uint8Array {
  const { content } = expect(node, BIT_STRING);
  if (content[0] !== 0) refuse("DerValueInvalid", "a BIT STRING");
  return content.subarray(1);
}

function checkAlgorithm(node: Node | undefined): void {
  const algorithm = bytesToHex(expect(node, SEQUENCE).whole);
  if (algorithm !== ECDSA_SHA384) refuse("NitroAlgorithmUnexpected", algorithm);
}

interface Extensions {
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly keyUsage: number;
}

/** basicConstraints and keyUsage; key ids pass; others do unless they are critical. */
function readExtensions(list: Node): Extensions {
  let [isCa, pathLength, keyUsage] = [false, undefined as number | undefined, 0];
  const seen = new Set<string>();
  for (const { content } of exactly(list.content, 1).flatMap((sequence) => children(sequence.content))) {
    const parts = children(content);
    const id = bytesToHex(expect(parts[0], 0x06).content);
    const critical = parts[1]?.tag === 0x01;
    if (critical && bytesToHex(parts[1]?.content ?? new Uint8Array()) !== "0xff")
      refuse("DerValueInvalid", "a BOOLEAN");
    const value = expect(parts[critical ? 2 : 1], 0x04).content;
    const known = ["0x551d0e", "0x551d0f", "0x551d13", "0x551d23"].includes(id);
    if (!known && critical) refuse("X509ExtensionUnknown", id);
    if (known && seen.has(id)) refuse("X509ExtensionDuplicate", id);
    seen.add(id);
    if (id === "0x551d0f") {
      const [, high = 0, low = 0] = expect(exactly(value, 1)[0], BIT_STRING).content;
      keyUsage = (high << 8) | low;
    } else if (id === "0x551d13") {
      const [flag, limit] = children(expect(exactly(value, 1)[0], SEQUENCE).content);
      if (flag === undefined) continue;
      if (bytesToHex(flag.whole) !== "0x0101ff") refuse("DerValueInvalid", "a BOOLEAN");
      isCa = true;
      if (limit !== undefined) pathLength = Number(bytesToBigInt(magnitude(limit)));
    }
  }
  return { isCa, pathLength, keyUsage };
}

function readSignature(node: Node | undefined): Uint8Array {
  const numbers = exactly(expect(exactly(bits(node), 1)[0], SEQUENCE).content, 2).map(magnitude);
  const signature = new Uint8Array(96);
  numbers.forEach((number, index) => {
    if (number.length > 48) refuse("DerValueInvalid", "a signature");
    signature.set(number, 48 * (index + 1) - number.length);
  });
  return signature;
}

/**
 * Takes a certificate apart. Checks no signature, name or date.
 *
 * @param der the certificate
 * @throws {NitroEvidenceError} when it is not canonical, or not one on P-384 with SHA-384
 */
export function parseNitroCertificate(der: Uint8Array): NitroCertificate {
  const [tbs, algorithm, signature] = exactly(expect(exactly(der, 1)[0], SEQUENCE).content, 3);
  const [version, serial, inner, issuer, validity, subject, publicKey, ...rest] = children(
    expect(tbs, SEQUENCE).content,
  );
  const number = bytesToBigInt(magnitude(exactly(expect(version, 0xa0).content, 1)[0]));
  if (number !== 2n) refuse("X509VersionUnsupported", String(number + 1n));
  checkAlgorithm(inner);
  checkAlgorithm(algorithm);
  const [from, until] = exactly(expect(validity, SEQUENCE).content, 2);
  const spki = expect(publicKey, SEQUENCE).whole;
  if (spki.length !== 120 || bytesToHex(spki.subarray(0, 24)) !== P384_PREFIX) refuse("X509KeyUnsupported", "the key");
  if (rest.length > 1) refuse("DerTrailingBytes", "after the extensions");
  const extensions = readExtensions(expect(rest[0], 0xa3));
  return {
    id: keccak256(der),
    tbs: expect(tbs, SEQUENCE).whole,
    serial: bytesToBigInt(magnitude(serial)),
    issuerHash: keccak256(expect(issuer, SEQUENCE).whole),
    subjectHash: keccak256(expect(subject, SEQUENCE).whole),
    notBefore: time(from),
    notAfter: time(until),
    ...extensions,
    key: spki.subarray(24),
    signature: readSignature(signature),
  };
}
