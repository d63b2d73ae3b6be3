import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { keccak256, toBytes } from "viem";
import type { IntelFiles } from "../../sdk/src/tee/tdx/collateral.ts";
import { parseCertificate, parseRevocationList } from "../../sdk/src/tee/tdx/certificate.ts";
import { derChildren, onlyDer, TAG, wholeOf } from "../../sdk/src/tee/tdx/der.ts";
import type { TdxQuote } from "../../sdk/src/tee/tdx/quote.ts";

/** A P-256 key of the tests. */
export interface TestKey {
  readonly key: KeyObject;
  /** x and y, 32 bytes each. */
  readonly point: Uint8Array;
}

/** The key that belongs to `name`, the same in every run. */
export function testKey(name: string): TestKey {
  // SEC1 with the private key alone; the point follows from it.
  const secret = keccak256(toBytes(`opg test key ${name}`)).slice(2);
  const sec1 = Buffer.from(`30310201010420${secret}a00a06082a8648ce3d030107`, "hex");
  const key = createPrivateKey({ key: sec1, format: "der", type: "sec1" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { key, point: new Uint8Array(spki.subarray(27)) };
}

/** r and s of the SHA-256 of `data`, 32 bytes each. */
export function signRaw(data: Uint8Array, { key }: TestKey): Uint8Array {
  return new Uint8Array(sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }));
}

/** Wraps `content` with a tag and a length in its shortest form. */
export function der(tag: number, content: Uint8Array): Uint8Array {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([new Uint8Array([tag, ...length]), content]);
}

/** Replaces the one place where `bytes` has `from` with as many bytes `to`. */
export function replaceOnce(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes);
  const index = buffer.indexOf(from);
  if (index < 0 || from.length !== to.length) throw new Error("There is nothing to replace, or its size differs.");
  buffer.set(to, index);
  return new Uint8Array(buffer);
}

/** SEQUENCE { tbs, ecdsa-with-SHA256, signature by `key` }. */
export function signDer(tbs: Uint8Array, { key }: TestKey): Uint8Array {
  const algorithm = Buffer.from("300a06082a8648ce3d040302", "hex");
  const signature = der(0x03, Buffer.concat([new Uint8Array([0]), sign("sha256", tbs, key)]));
  return new Uint8Array(der(0x30, Buffer.concat([tbs, algorithm, signature])));
}

/** A genuine certificate with another key in it, signed by a key of ours. */
export function reissue(original: Uint8Array, subject: TestKey, issuer: TestKey, edit = (tbs: Uint8Array) => tbs) {
  const { tbs, publicKey } = parseCertificate(original);
  return signDer(edit(replaceOnce(tbs, publicKey, subject.point)), issuer);
}

/** A genuine revocation list signed by a key of ours; with `serial`, that is its only entry. */
export function reissueList(original: Uint8Array, issuer: TestKey, serial?: bigint, thisUpdate?: string): Uint8Array {
  const { tbs } = parseRevocationList(original);
  const parts = derChildren(tbs, onlyDer(tbs, TAG.sequence));
  const [version, algorithm, name, issued, next] = parts.map((node) => wholeOf(tbs, node));
  const extensions = parts.filter(({ tag }) => tag === 0xa0).map((node) => wholeOf(tbs, node));
  const entries = parts.slice(5).filter(({ tag }) => tag === TAG.sequence);
  if (!version || !algorithm || !name || !issued || !next) throw new Error("The list is cut short.");
  const digits = (serial ?? 0n).toString(16).padStart(40, "0");
  const integer = der(TAG.integer, Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, "hex"));
  const time = thisUpdate === undefined ? issued : der(TAG.utcTime, Buffer.from(thisUpdate));
  const entry = der(TAG.sequence, der(TAG.sequence, Buffer.concat([integer, time])));
  const revoked = serial === undefined ? entries.map((node) => wholeOf(tbs, node)) : [entry];
  const content = Buffer.concat([version, algorithm, name, time, next, ...revoked, ...extensions]);
  return signDer(der(TAG.sequence, content), issuer);
}

/** The keys of a hierarchy like Intel's. */
export const KEYS = {
  root: testKey("root"),
  authority: testKey("authority"),
  signer: testKey("signer"),
  pck: testKey("pck"),
  attestation: testKey("attestation"),
} as const;

/** The root's key, as `IntelCollateral` and the twin take it. */
export function rootKeyOf({ point }: TestKey): { x: bigint; y: bigint } {
  const half = (from: number): bigint => BigInt(`0x${Buffer.from(point.subarray(from, from + 32)).toString("hex")}`);
  return { x: half(0), y: half(32) };
}

/** Genuine collateral under keys of ours, with its documents edited. */
export function forgeCollateral(
  files: IntelFiles,
  edits: { readonly tcbInfo?: (json: string) => string; readonly qeIdentity?: (json: string) => string } = {},
): IntelFiles {
  const tcbInfo = edits.tcbInfo?.(files.tcbInfo) ?? files.tcbInfo;
  const qeIdentity = edits.qeIdentity?.(files.qeIdentity) ?? files.qeIdentity;
  const text = new TextEncoder();
  return {
    rootList: reissueList(files.rootList, KEYS.root),
    pckList: reissueList(files.pckList, KEYS.authority),
    pckAuthority: reissue(files.pckAuthority, KEYS.authority, KEYS.root),
    tcbSigner: reissue(files.tcbSigner, KEYS.signer, KEYS.root),
    tcbInfo,
    tcbInfoSignature: signRaw(text.encode(tcbInfo), KEYS.signer),
    qeIdentity,
    qeIdentitySignature: signRaw(text.encode(qeIdentity), KEYS.signer),
  };
}

/** What {@link forgeQuote} may change before it signs. */
export interface QuoteEdits {
  /** Changes the TD report in place. */
  readonly report?: (report: Uint8Array) => void;
  /** Changes the quoting enclave's report in place. */
  readonly qeReport?: (report: Uint8Array) => void;
  /** Changes the signed part of the PCK certificate. */
  readonly pck?: (tbs: Uint8Array) => Uint8Array;
}

/** A genuine quote under keys of ours, edited before it is signed. */
export function forgeQuote(quote: TdxQuote, edits: QuoteEdits = {}): TdxQuote {
  const signed = new Uint8Array(quote.signed);
  const report = signed.subarray(signed.length - quote.report.length);
  edits.report?.(report);
  const attestationKey = KEYS.attestation.point;
  const qeReport = new Uint8Array(quote.qeReport);
  qeReport.set(createHash("sha256").update(attestationKey).update(quote.authenticationData).digest(), 320);
  edits.qeReport?.(qeReport);
  const [pck, ...others] = quote.certificates;
  if (pck === undefined) throw new Error("The quote carries no certificates.");
  return {
    ...quote,
    signed,
    report,
    signature: signRaw(signed, KEYS.attestation),
    attestationKey,
    qeReport,
    qeReportSignature: signRaw(qeReport, KEYS.pck),
    certificates: [reissue(pck, KEYS.pck, KEYS.authority, edits.pck), ...others],
  };
}
