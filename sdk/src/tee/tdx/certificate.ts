import { createPublicKey, verify, type KeyObject } from "node:crypto";
import {
  contentOf,
  derChildren,
  derInteger,
  derOctets,
  derTime,
  expectDer,
  onlyDer,
  readDer,
  TAG,
  wholeOf,
  type DerNode,
} from "./der.ts";
import { TdxRefusedError } from "./errors.ts";

/** What is signed, and the signature, of a certificate or a revocation list. */
export interface SignedDer {
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** ECDSA-Sig-Value in DER. */
  readonly signature: Uint8Array;
}

/** An X.509 certificate with a P-256 key, as Intel issues them. */
export interface IntelCertificate extends SignedDer {
  readonly der: Uint8Array;
  readonly serial: bigint;
  /** Names in DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Unix seconds; both ends are inside. */
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  /** x and y, 32 bytes each. */
  readonly publicKey: Uint8Array;
  readonly isCa: boolean;
  /** Bit 0 the most significant of 16. */
  readonly keyUsage: number;
  readonly subjectKeyId: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  /** Content of each extension's OCTET STRING by the content of its identifier in hexadecimal. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** A revocation list of Intel's. */
export interface RevocationList extends SignedDer {
  readonly der: Uint8Array;
  readonly issuer: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  /** Unix seconds. */
  readonly thisUpdate: bigint;
  readonly nextUpdate: bigint;
  readonly serials: ReadonlySet<bigint>;
}

/** AlgorithmIdentifier of ecdsa-with-SHA256. */
const ECDSA_SHA256 = "300a06082a8648ce3d040302";
/** SubjectPublicKeyInfo of a P-256 key up to its point. */
const P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
const OID = { subjectKeyId: "551d0e", keyUsage: "551d0f", basicConstraints: "551d13", authorityKeyId: "551d23" };
const KNOWN = new Set(Object.values(OID));

/** Bytes as hexadecimal digits without a prefix. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** SEQUENCE { signed part, algorithm, signature }. */
function readSigned(der: Uint8Array): { tbs: DerNode; signed: SignedDer } {
  const [tbs, algorithm, signature, ...rest] = derChildren(der, onlyDer(der, TAG.sequence));
  const first = expectDer(tbs, TAG.sequence);
  if (hexOf(wholeOf(der, expectDer(algorithm, TAG.sequence))) !== ECDSA_SHA256 || rest.length > 0) {
    throw new TdxRefusedError("certificate-unfit", "The signature is not ECDSA with SHA-256.");
  }
  return { tbs: first, signed: { tbs: wholeOf(der, first), signature: derOctets(der, signature) } };
}

/** Extensions by identifier; refuses critical ones that are not read here. */
function readExtensions(der: Uint8Array, list: DerNode): Map<string, Uint8Array> {
  const extensions = new Map<string, Uint8Array>();
  for (const entry of derChildren(der, list)) {
    const children = derChildren(der, expectDer(entry, TAG.sequence));
    const id = hexOf(contentOf(der, expectDer(children[0], TAG.objectIdentifier)));
    const critical = children[1]?.tag === TAG.boolean;
    const value = contentOf(der, expectDer(children.at(-1), TAG.octetString));
    if ((critical && !KNOWN.has(id)) || extensions.has(id) || children.length !== (critical ? 3 : 2)) {
      throw new TdxRefusedError("certificate-unfit", `The extension ${id} is critical and unknown, or there twice.`);
    }
    extensions.set(id, value);
  }
  return extensions;
}

function keyIdOf(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) return new Uint8Array();
  const [first] = derChildren(value, onlyDer(value, TAG.sequence));
  return first?.tag === 0x80 ? contentOf(value, first) : new Uint8Array();
}

/**
 * Takes a certificate apart; checks no signature and no date.
 *
 * @throws {@link TdxRefusedError} when it is not a certificate with a P-256 key in canonical DER
 */
export function parseCertificate(der: Uint8Array): IntelCertificate {
  const { tbs, signed } = readSigned(der);
  const parts = derChildren(der, tbs);
  const [version, serial, algorithm, issuer, validity, subject, publicKey, extensionsNode] = parts;
  if (version?.tag !== 0xa0 || hexOf(contentOf(der, version)) !== "020102" || parts.length !== 8) {
    throw new TdxRefusedError("certificate-unfit", "The certificate is not of version 3 with extensions.");
  }
  if (hexOf(wholeOf(der, expectDer(algorithm, TAG.sequence))) !== ECDSA_SHA256) {
    throw new TdxRefusedError("certificate-unfit", "The signature is not ECDSA with SHA-256.");
  }
  const [from, until] = derChildren(der, expectDer(validity, TAG.sequence));
  const key = hexOf(wholeOf(der, expectDer(publicKey, TAG.sequence)));
  if (!key.startsWith(P256_PREFIX) || key.length !== 182) {
    throw new TdxRefusedError("certificate-unfit", "The public key is not on P-256.");
  }
  const list = expectDer(derChildren(der, expectDer(extensionsNode, 0xa3))[0], TAG.sequence);
  const extensions = readExtensions(der, list);
  const constraints = extensions.get(OID.basicConstraints);
  const usage = extensions.get(OID.keyUsage);
  const subjectKeyId = extensions.get(OID.subjectKeyId);
  return {
    ...signed,
    der,
    serial: derInteger(der, serial),
    issuer: wholeOf(der, expectDer(issuer, TAG.sequence)),
    subject: wholeOf(der, expectDer(subject, TAG.sequence)),
    notBefore: derTime(der, from),
    notAfter: derTime(der, until),
    publicKey: Buffer.from(key.slice(54), "hex"),
    isCa: constraints !== undefined && derChildren(constraints, onlyDer(constraints, TAG.sequence)).length > 0,
    keyUsage: usage === undefined ? 0 : (usage[3] ?? 0) * 256 + (usage[4] ?? 0),
    subjectKeyId:
      subjectKeyId === undefined ? new Uint8Array() : contentOf(subjectKeyId, onlyDer(subjectKeyId, TAG.octetString)),
    authorityKeyId: keyIdOf(extensions.get(OID.authorityKeyId)),
    extensions,
  };
}

/**
 * Takes a revocation list apart; checks no signature and no date.
 *
 * @throws {@link TdxRefusedError} when it is not a list of version 2 in canonical DER
 */
export function parseRevocationList(der: Uint8Array): RevocationList {
  const { tbs, signed } = readSigned(der);
  const [version, , issuer, thisUpdate, nextUpdate, ...rest] = derChildren(der, tbs);
  if (derInteger(der, version) !== 1n) throw new TdxRefusedError("collateral-invalid", "The list is not of version 2.");
  const revoked = rest.find((node) => node.tag === TAG.sequence);
  const wrapper = rest.find((node) => node.tag === 0xa0);
  const extensions =
    wrapper === undefined
      ? new Map<string, Uint8Array>()
      : readExtensions(der, readDer(der, wrapper.content, wrapper.end));
  const entries = revoked === undefined ? [] : derChildren(der, revoked);
  return {
    ...signed,
    der,
    issuer: wholeOf(der, expectDer(issuer, TAG.sequence)),
    authorityKeyId: keyIdOf(extensions.get(OID.authorityKeyId)),
    thisUpdate: derTime(der, thisUpdate),
    nextUpdate: derTime(der, nextUpdate),
    serials: new Set(entries.map((entry) => derInteger(der, derChildren(der, entry)[0]))),
  };
}

/** A P-256 key from x and y, 32 bytes each; undefined when they are no point of the curve. */
export function p256Key(point: Uint8Array): KeyObject | undefined {
  try {
    const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
    const jwk = { kty: "EC", crv: "P-256", x: encode(point.subarray(0, 32)), y: encode(point.subarray(32, 64)) };
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** Whether `signature` (r and s, 32 bytes each) is one of the SHA-256 of `data` by the key at `point`. */
export function isSignedRaw(data: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  const key = p256Key(point);
  return key !== undefined && verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/** Whether a certificate or a list is signed by the key at `point`. */
export function isSignedDer(signed: SignedDer, point: Uint8Array): boolean {
  const key = p256Key(point);
  return key !== undefined && verify("sha256", signed.tbs, key, signed.signature);
}
