import { createHash } from "node:crypto";
import { bytesToHex, concatHex, keccak256, numberToHex, toBytes, type Hex } from "viem";
import { z } from "zod";
import {
  hexOf,
  isSignedDer,
  isSignedRaw,
  parseCertificate,
  parseRevocationList,
  type IntelCertificate,
  type RevocationList,
} from "./certificate.ts";
import { readDocument, unixSeconds, type IntelFiles } from "./collateral.ts";
import { TdxRefusedError } from "./errors.ts";
import { readPckPlatform, type PckPlatform } from "./pck.ts";
import type { TdxQuote } from "./quote.ts";

/** Statuses by the number that `TcbStatus` gives them on chain. */
export const TCB_STATUSES = [
  "NotApplicable",
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
] as const;

/** A status of Intel's. */
export type TcbStatusName = (typeof TCB_STATUSES)[number];

/** What a genuine quote says, as `TdxVerifier.verify` answers it. */
export interface TdxFacts {
  readonly platformClass: Hex;
  readonly platformId: Hex;
  readonly measurementId: Hex;
  readonly tcbStatus: TcbStatusName;
  /** Unix seconds. */
  readonly tcbDate: bigint;
  readonly tcbEvaluationNumber: number;
  readonly advisoryHash: Hex;
  /** The advisories behind it, of the three levels. */
  readonly advisories: readonly string[];
  /** Unix seconds. */
  readonly collateralExpiry: bigint;
  readonly debug: boolean;
  readonly reportData: Hex;
}

const NO_HASH: Hex = `0x${"00".repeat(32)}`;
const hexDigits = z.string().regex(/^([0-9a-fA-F]{2})*$/);
const tail = {
  tcbDate: z.string().datetime(),
  tcbStatus: z.enum(TCB_STATUSES).exclude(["NotApplicable"]),
  advisoryIDs: z.array(z.string()).default([]),
};
const svnLevel = z.object({ tcb: z.object({ isvsvn: z.number().int() }), ...tail });
const components = z.array(z.object({ svn: z.number().int().min(0).max(255) })).length(16);
const tcbInfoSchema = z.object({
  id: z.literal("TDX"),
  version: z.literal(3),
  issueDate: z.string(),
  nextUpdate: z.string(),
  fmspc: hexDigits,
  pceId: hexDigits,
  tcbType: z.literal(0),
  tcbEvaluationDataNumber: z.number().int(),
  tdxModule: z.object({ mrsigner: hexDigits, attributes: hexDigits }),
  tdxModuleIdentities: z
    .array(z.object({ id: z.string(), mrsigner: hexDigits, attributes: hexDigits, tcbLevels: z.array(svnLevel) }))
    .default([]),
  tcbLevels: z.array(
    z.object({
      tcb: z.object({ sgxtcbcomponents: components, tdxtcbcomponents: components, pcesvn: z.number().int() }),
      ...tail,
    }),
  ),
});
const qeIdentitySchema = z.object({
  id: z.literal("TD_QE"),
  version: z.literal(2),
  issueDate: z.string(),
  nextUpdate: z.string(),
  tcbEvaluationDataNumber: z.number().int(),
  miscselect: hexDigits,
  miscselectMask: hexDigits,
  attributes: hexDigits,
  attributesMask: hexDigits,
  mrsigner: hexDigits,
  isvprodid: z.number().int(),
  tcbLevels: z.array(svnLevel),
});

interface Level {
  readonly tcbDate: string;
  readonly tcbStatus: TcbStatusName;
  readonly advisoryIDs: readonly string[];
}

function refuse(refusal: TdxRefusedError["refusal"], message: string): never {
  throw new TdxRefusedError(refusal, message);
}

/** Refuses something outside of its time. */
function checkDates(what: string, from: bigint, until: bigint, at: bigint): void {
  if (at < from) refuse("collateral-not-yet-valid", `${what} is valid from ${from} on; it is ${at}.`);
  if (at > until) refuse("collateral-expired", `${what} expired at ${until}; it is ${at}.`);
}

/** Collateral whose signatures, dates and revocations have been checked. */
interface CheckedCollateral {
  readonly authority: IntelCertificate;
  readonly pckList: RevocationList;
  readonly info: z.output<typeof tcbInfoSchema>;
  readonly identity: z.output<typeof qeIdentitySchema>;
  readonly expiresAt: bigint;
}

/** Checks collateral down from the root's key, as `IntelCollateral` does. */
function checkCollateral(files: IntelFiles, root: Uint8Array, at: bigint): CheckedCollateral {
  const rootList = parseRevocationList(files.rootList);
  const pckList = parseRevocationList(files.pckList);
  const authority = parseCertificate(files.pckAuthority);
  const signer = parseCertificate(files.tcbSigner);
  const info = readDocument(tcbInfoSchema, files.tcbInfo);
  const identity = readDocument(qeIdentitySchema, files.qeIdentity);
  const text = new TextEncoder();
  const signatures: [string, boolean][] = [
    ["The root's revocation list", isSignedDer(rootList, root)],
    ["The PCK authority's certificate", isSignedDer(authority, root)],
    ["The TCB signer's certificate", isSignedDer(signer, root)],
    ["The PCK authority's revocation list", isSignedDer(pckList, authority.publicKey)],
    ["The TCB info", isSignedRaw(text.encode(files.tcbInfo), files.tcbInfoSignature, signer.publicKey)],
    ["The QE identity", isSignedRaw(text.encode(files.qeIdentity), files.qeIdentitySignature, signer.publicKey)],
  ];
  for (const [what, valid] of signatures) {
    if (!valid) refuse("collateral-signature-invalid", `${what} is not signed by the key it must be by.`);
  }
  const dates: [string, bigint, bigint][] = [
    ["The root's revocation list", rootList.thisUpdate, rootList.nextUpdate],
    ["The PCK authority's certificate", authority.notBefore, authority.notAfter],
    ["The TCB signer's certificate", signer.notBefore, signer.notAfter],
    ["The PCK authority's revocation list", pckList.thisUpdate, pckList.nextUpdate],
    ["The TCB info", unixSeconds(info.issueDate), unixSeconds(info.nextUpdate)],
    ["The QE identity", unixSeconds(identity.issueDate), unixSeconds(identity.nextUpdate)],
  ];
  for (const [what, from, until] of dates) checkDates(what, from, until, at);
  for (const { serial } of [authority, signer]) {
    if (rootList.serials.has(serial)) refuse("certificate-revoked", `The root revoked ${serial.toString(16)}.`);
  }
  if (identity.tcbEvaluationDataNumber !== info.tcbEvaluationDataNumber) {
    refuse("collateral-missing", "TCB info and QE identity are of different evaluations.");
  }
  const expiresAt = dates.map(([, , until]) => until).reduce((least, next) => (next < least ? next : least));
  return { authority, pckList, info, identity, expiresAt };
}

/** The quote, its attestation key and its quoting enclave belong together. */
function checkQuote(quote: TdxQuote, pck: IntelCertificate, at: bigint): void {
  if (!isSignedRaw(quote.signed, quote.signature, quote.attestationKey)) {
    refuse("quote-signature-invalid", "The quote is not signed by its attestation key.");
  }
  const bound = createHash("sha256").update(quote.attestationKey).update(quote.authenticationData).digest("hex");
  if (hexOf(quote.qeReport.subarray(320, 384)) !== bound + "00".repeat(32)) {
    refuse("attestation-key-unbound", "The quoting enclave's report does not name the attestation key.");
  }
  const { isCa, keyUsage, notBefore, notAfter } = pck;
  const isPck = hexOf(pck.subject).includes(hexOf(new TextEncoder().encode("Intel SGX PCK Certificate")));
  if (!isPck || isCa || (keyUsage & 0x8000) === 0) {
    refuse("certificate-unfit", "The quote's first certificate is not one of a PCK.");
  }
  if (at < notBefore || at > notAfter) refuse("pck-not-valid-now", `The PCK certificate ends at ${notAfter}.`);
  if (!isSignedRaw(quote.qeReport, quote.qeReportSignature, pck.publicKey)) {
    refuse("qe-report-signature-invalid", "The quoting enclave's report is not signed by the PCK.");
  }
}

/** The PCK certificate is one of the authority's, for the machine that the TCB info is for. */
function checkPck(pck: IntelCertificate, platform: PckPlatform, collateral: CheckedCollateral): void {
  const { authority, pckList, info } = collateral;
  const named = Buffer.concat([pck.issuer, pck.authorityKeyId]);
  if (!named.equals(Buffer.concat([authority.subject, authority.subjectKeyId]))) {
    refuse("collateral-missing", "The collateral is of another PCK authority than the certificate's.");
  }
  const ofPlatform = info.fmspc.toLowerCase() === platform.fmspc && info.pceId.toLowerCase() === platform.pceId;
  if (!ofPlatform)
    refuse("collateral-missing", `The TCB info is for ${info.fmspc}, the quote is of ${platform.fmspc}.`);
  if (pckList.serials.has(pck.serial)) refuse("certificate-revoked", `Intel revoked ${pck.serial.toString(16)}.`);
  if (!isSignedDer(pck, authority.publicKey)) {
    refuse("pck-signature-invalid", "The PCK certificate is not signed by the authority it names.");
  }
}

function masked(value: Uint8Array, mask: string): string {
  const bits = Buffer.from(mask, "hex");
  return hexOf(value.map((byte, index) => byte & (bits[index] ?? 0)));
}

function littleEndian16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
}

/** The level of the quoting enclave. */
function matchQe(report: Uint8Array, identity: CheckedCollateral["identity"]): Level {
  const same: [string, boolean][] = [
    ["miscselect", masked(report.subarray(16, 20), identity.miscselectMask) === identity.miscselect.toLowerCase()],
    ["attributes", masked(report.subarray(48, 64), identity.attributesMask) === identity.attributes.toLowerCase()],
    ["mrsigner", hexOf(report.subarray(128, 160)) === identity.mrsigner.toLowerCase()],
    ["isvprodid", littleEndian16(report, 256) === identity.isvprodid],
  ];
  for (const [field, equal] of same) {
    if (!equal) refuse("qe-identity-mismatch", `The quoting enclave's ${field} is not the one of its identity.`);
  }
  const svn = littleEndian16(report, 258);
  return (
    identity.tcbLevels.find(({ tcb }) => svn >= tcb.isvsvn) ??
    refuse("tcb-level-unmatched", `No level of the quoting enclave is as low as ${svn}.`)
  );
}

/** The level of the platform: the first that it is nowhere below. */
function matchPlatform(svns: readonly number[], platform: PckPlatform, info: CheckedCollateral["info"]): Level {
  // A TDX module that has an identity of its own is judged by that.
  const first = (svns[1] ?? 0) > 0 ? 2 : 0;
  const level = info.tcbLevels.find(
    ({ tcb }) =>
      tcb.sgxtcbcomponents.every(({ svn }, index) => (platform.svns[index] ?? 0) >= svn) &&
      platform.pceSvn >= tcb.pcesvn &&
      tcb.tdxtcbcomponents.every(({ svn }, index) => index < first || (svns[index] ?? 0) >= svn),
  );
  return level ?? refuse("tcb-level-unmatched", "No level of the TCB info is as low as the platform.");
}

/** The level of the TDX module; undefined when it is judged with the platform. */
function matchModule(report: Uint8Array, info: CheckedCollateral["info"]): Level | undefined {
  const [svn = 0, version = 0] = report;
  const id = `TDX_${version.toString(16).padStart(2, "0").toUpperCase()}`;
  const module =
    version === 0
      ? { ...info.tdxModule, tcbLevels: [] }
      : info.tdxModuleIdentities.find((identity) => identity.id.toUpperCase() === id);
  const signer = hexOf(report.subarray(64, 112));
  const attributes = hexOf(report.subarray(112, 120));
  const same = module?.mrsigner.toLowerCase() === signer && module.attributes === attributes && /^0*$/.test(attributes);
  if (module === undefined || !same) refuse("module-mismatch", `The TDX module ${id} is not as the TCB info says.`);
  if (version === 0) return undefined;
  const level = module.tcbLevels.find(({ tcb }) => svn >= tcb.isvsvn);
  return level ?? refuse("tcb-level-unmatched", `No level of the TDX module is as low as ${svn}.`);
}

/** The status of a platform whose module or quoting enclave has the status `part`. */
export function converge(platform: TcbStatusName, part: TcbStatusName): TcbStatusName {
  if (part === "UpToDate") return platform;
  if (part === "Revoked") return "Revoked";
  if (platform === "UpToDate" || platform === "SWHardeningNeeded") return "OutOfDate";
  const configuration = platform === "ConfigurationNeeded" || platform === "ConfigurationAndSWHardeningNeeded";
  return configuration ? "OutOfDateConfigurationNeeded" : platform;
}

function advisoryHash(ids: readonly string[]): Hex {
  return ids.length === 0 ? NO_HASH : keccak256(toBytes(ids.map((id) => `"${id}"`).join(",")));
}

/**
 * What a quote says, at the time `at` and by `files`: the verdict of `TdxVerifier.verify` on a chain that has them.
 *
 * @param quote a parsed quote
 * @param files Intel's collateral for its platform
 * @param at    Unix seconds
 * @param root  x and y of the root's key
 * @throws {@link TdxRefusedError} when the contract would refuse; its `refusal` names the check
 */
export function judgeQuote(
  quote: TdxQuote,
  files: IntelFiles,
  at: bigint,
  root: { readonly x: bigint; readonly y: bigint },
): TdxFacts {
  const [der] = quote.certificates;
  if (der === undefined) refuse("certificate-chain-missing", "The quote carries no certificates.");
  const pck = parseCertificate(der);
  checkQuote(quote, pck, at);
  const platform = readPckPlatform(pck);
  const rootPoint = toBytes(concatHex([numberToHex(root.x, { size: 32 }), numberToHex(root.y, { size: 32 })]));
  const collateral = checkCollateral(files, rootPoint, at);
  checkPck(pck, platform, collateral);
  const { report } = quote;
  const enclave = matchQe(quote.qeReport, collateral.identity);
  const level = matchPlatform([...report.subarray(0, 16)], platform, collateral.info);
  const module = matchModule(report, collateral.info);
  const levels = module === undefined ? [level, enclave] : [level, module, enclave];
  const dates = levels.map(({ tcbDate }) => unixSeconds(tcbDate));
  const serviceTd = report.length === 648 ? report.subarray(600) : new Uint8Array(48);
  const withParts = (module?.advisoryIDs.length ?? 0) + enclave.advisoryIDs.length > 0;
  const hashes = [level.advisoryIDs, module?.advisoryIDs ?? [], enclave.advisoryIDs].map(advisoryHash);
  return {
    platformClass: `0x${platform.fmspc.padEnd(64, "0")}`,
    platformId: platform.ppidHash,
    measurementId: keccak256(
      concatHex([numberToHex(2, { size: 32 }), bytesToHex(report.subarray(64, 520)), bytesToHex(serviceTd)]),
    ),
    tcbStatus: converge(converge(level.tcbStatus, module?.tcbStatus ?? "UpToDate"), enclave.tcbStatus),
    tcbDate: dates.reduce((least, next) => (next < least ? next : least)),
    tcbEvaluationNumber: collateral.info.tcbEvaluationDataNumber,
    advisoryHash: withParts ? keccak256(concatHex(hashes)) : advisoryHash(level.advisoryIDs),
    advisories: [...new Set(levels.flatMap(({ advisoryIDs }) => advisoryIDs))],
    collateralExpiry: collateral.expiresAt < pck.notAfter ? collateral.expiresAt : pck.notAfter,
    debug: report[120] !== 0,
    reportData: bytesToHex(report.subarray(520, 584)),
  };
}
