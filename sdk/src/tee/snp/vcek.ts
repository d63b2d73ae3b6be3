import { keccak256, type Hex } from "viem";

import { verifyRsaPss } from "../rsa-pss.ts";
import { expectDer, readBits, readDer, readInteger, readTime, refuseDer, TAG, type DerValue } from "./der.ts";
import { SnpRefusedError } from "./errors.ts";
import { productOfIssuer, signingKeyOf, type SnpProduct } from "./products.ts";

/** What the certificate of a VCEK says. */
export interface Vcek {
  /** The product line whose signing key it names as its issuer; undefined when that is none of AMD's. */
  readonly product: SnpProduct | undefined;
  /** keccak256 of the chip id as a report has it: 64 bytes. */
  readonly platformId: Hex;
  /** The TCB the key was derived from, as AMD's 64-bit number. */
  readonly tcbVersion: bigint;
  /** Unix seconds of the certificate's own validity, both ends included. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The point of P-384: x and y, 48 bytes each. */
  readonly key: Uint8Array;
}

/** keccak256 of the subject's Name in DER, the same in every product line. */
const SUBJECT = "0xf82c4874306737e92a7ebcbbd0bfe658eb52e4cf17341a003d5837a6732fdf34";
/** AlgorithmIdentifier of RSASSA-PSS with SHA-384 and 48 bytes of salt, without and with its default trailer field. */
const PSS_SHA384 =
  "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108" +
  "300d06096086480165030402020500a203020130";
const PSS_SHA384_TRAILER =
  "304606092a864886f70d01010a3039a00f300d06096086480165030402020500a11c301a06092a864886f70d010108" +
  "300d06096086480165030402020500a203020130a303020101";
/** What comes before the point in the SubjectPublicKeyInfo of a P-384 key. */
const P384_PREFIX = "3076301006072a8648ce3d020106052b8104002203620004";
/** AMD's extensions: 1.3.6.1.4.1.3704.1.3.n (patch levels) and 1.3.6.1.4.1.3704.1.4 (chip id). */
const PATCH_LEVEL = "2b060104019c780103";
const CHIP_ID = "2b060104019c780104";

/** Which byte of the TCB holds patch level 3.n, and which of them must be there. */
const EARLIER = { places: { 1: 0, 2: 1, 3: 6, 4: 2, 5: 3, 6: 4, 7: 5, 8: 7 }, required: [1, 2, 3, 8], chipId: 64 };
const TURIN = { places: { 1: 1, 2: 2, 3: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 0 }, required: [1, 2, 3, 8, 9], chipId: 8 };

/** A certificate taken apart, its extensions by the content of their identifiers. */
interface Parts {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Hex;
  readonly subject: Hex;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: Uint8Array;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const nameHash = (name: DerValue): Hex => keccak256(name.whole);

function takeApart(der: Uint8Array): Parts {
  const [outer] = expectDer(der, [TAG.sequence]);
  const [tbs, algorithm, signature] = expectDer(outer.content, [TAG.sequence, TAG.sequence, TAG.bitString]);
  const { version, integer, sequence, extensions: extensionsTag } = TAG;
  const tags = [version, integer, sequence, sequence, sequence, sequence, sequence, extensionsTag] as const;
  const [, , inner, issuer, validity, subject, publicKey, extensions] = expectDer(tbs.content, tags);
  const named = hex(algorithm.whole);
  if (named !== hex(inner.whole) || ![PSS_SHA384, PSS_SHA384_TRAILER].includes(named)) {
    refuseDer("its signature algorithm is not RSA-PSS with SHA-384 and 48 bytes of salt, inside and outside");
  }
  if (!hex(publicKey.whole).startsWith(P384_PREFIX) || publicKey.whole.length !== 120) {
    refuseDer("its key is none of P-384");
  }
  const [from, until, ...more] = readDer(validity.content);
  if (from === undefined || until === undefined || more.length > 0) refuseDer("its validity is not two times");
  return {
    tbs: tbs.whole,
    signature: readBits(signature),
    issuer: nameHash(issuer),
    subject: nameHash(subject),
    notBefore: readTime(from),
    notAfter: readTime(until),
    key: publicKey.whole.subarray(24),
    extensions: readExtensions(extensions),
  };
}

function readExtensions(explicit: DerValue): Map<string, Uint8Array> {
  const [list] = expectDer(explicit.content, [TAG.sequence]);
  const found = new Map<string, Uint8Array>();
  for (const entry of readDer(list.content)) {
    // None of AMD's is critical, so that an entry is an identifier and a value.
    const [id, value] = expectDer(entry.content, [TAG.objectIdentifier, TAG.octetString]);
    const name = hex(id.content);
    if (found.has(name)) {
      throw new SnpRefusedError("SnpVcekExtensionInvalid", `The certificate has the extension ${name} twice.`);
    }
    found.set(name, value.content);
  }
  return found;
}

/** The TCB from the patch levels, each in its product's place. */
function readTcb(extensions: ReadonlyMap<string, Uint8Array>, product: SnpProduct | undefined): bigint {
  const { places, required } = product === "Turin" ? TURIN : EARLIER;
  const byNumber: Readonly<Record<number, number>> = places;
  const missing = required.filter((n) => !extensions.has(PATCH_LEVEL + hex(Uint8Array.of(n))));
  let tcb = 0n;
  for (const [name, value] of extensions) {
    if (!name.startsWith(PATCH_LEVEL) || name.length !== PATCH_LEVEL.length + 2) continue;
    const n = Number.parseInt(name.slice(-2), 16);
    const place = byNumber[n];
    const [integer] = expectDer(value, [TAG.integer]);
    const level = readInteger(integer);
    if (place === undefined || level > 255n) {
      throw new SnpRefusedError("SnpVcekExtensionInvalid", `Patch level 3.${n} is ${level}, or has no place in a TCB.`);
    }
    tcb |= level << BigInt(8 * place);
  }
  if (missing.length > 0) {
    throw new SnpRefusedError(
      "SnpVcekExtensionMissing",
      `The certificate lacks patch levels 3.${missing.join(", 3.")}.`,
    );
  }
  return tcb;
}

function hashChipId(extensions: ReadonlyMap<string, Uint8Array>, product: SnpProduct | undefined): Hex {
  const { chipId: size } = product === "Turin" ? TURIN : EARLIER;
  const chipId = extensions.get(CHIP_ID);
  if (chipId === undefined) throw new SnpRefusedError("SnpVcekExtensionMissing", "The certificate names no chip.");
  if (chipId.length !== size) {
    throw new SnpRefusedError("SnpVcekExtensionInvalid", `The chip id has ${chipId.length} bytes instead of ${size}.`);
  }
  const padded = new Uint8Array(64);
  padded.set(chipId);
  return keccak256(padded);
}

/**
 * Reads the certificate of a VCEK, in DER, and checks nothing but its form.
 *
 * @throws {@link SnpRefusedError} when it has another form
 */
export function readVcek(der: Uint8Array): Vcek {
  const parts = takeApart(der);
  const product = productOfIssuer(parts.issuer);
  return {
    product,
    platformId: hashChipId(parts.extensions, product),
    tcbVersion: readTcb(parts.extensions, product),
    notBefore: parts.notBefore,
    notAfter: parts.notAfter,
    key: parts.key,
  };
}

/**
 * Reads the certificate of a VCEK and checks that AMD's signing key of `product` has signed it. Dates are not compared.
 *
 * @returns what it says; `notAfter` is not after the end of the signing key's own certificate
 * @throws {@link SnpRefusedError} when the certificate is refused
 */
export function verifyVcek(der: Uint8Array, product: SnpProduct): Vcek {
  const parts = takeApart(der);
  const signer = signingKeyOf(product);
  if (parts.issuer !== signer.nameHash) {
    throw new SnpRefusedError(
      "SnpVcekIssuerUnexpected",
      `The certificate's issuer is not AMD's signing key for ${product}.`,
    );
  }
  if (parts.subject !== SUBJECT) {
    throw new SnpRefusedError("SnpVcekSubjectUnexpected", "The certificate's subject is not SEV-VCEK.");
  }
  const vcek = readVcek(der);
  if (!verifyRsaPss("rsa-4096-sha384", signer.key, parts.tbs, parts.signature)) {
    throw new SnpRefusedError(
      "SnpVcekSignatureInvalid",
      `AMD's signing key for ${product} has not signed the certificate.`,
    );
  }
  return { ...vcek, notAfter: Math.min(vcek.notAfter, signer.notAfter) };
}

/** The certificate in a file that holds it as PEM or as DER. */
export function toDer(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file).toString("latin1");
  const pem = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/.exec(text);
  return pem?.[1] === undefined ? file : new Uint8Array(Buffer.from(pem[1], "base64"));
}
