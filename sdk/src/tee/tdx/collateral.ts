import { bytesToHex, encodeFunctionData, keccak256, parseAbi, type Hex } from "viem";
import { z } from "zod";
import { hexOf, parseCertificate, parseRevocationList } from "./certificate.ts";
import { TdxRefusedError } from "./errors.ts";
import { certificatesFromPem } from "./quote.ts";

/**
 * Public key of "Intel SGX Root CA", which TDX uses too: what `IntelCollateral` is constructed with on every chain
 * (https://certificates.trustedservices.intel.com/IntelSGXRootCA.der).
 */
export const INTEL_ROOT_KEY = {
  x: 0x0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5n,
  y: 0x67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394n,
} as const;

/** Intel's collateral for one platform, as served: what it signed, byte for byte. */
export interface IntelFiles {
  /** Revocation lists in DER. */
  readonly rootList: Uint8Array;
  readonly pckList: Uint8Array;
  /** Certificates in DER: of the PCK authority, and of the signer of both JSON documents. */
  readonly pckAuthority: Uint8Array;
  readonly tcbSigner: Uint8Array;
  /** JSON texts, and their signatures: r and s, 64 bytes. */
  readonly tcbInfo: string;
  readonly tcbInfoSignature: Uint8Array;
  readonly qeIdentity: string;
  readonly qeIdentitySignature: Uint8Array;
}

const hexText = z.string().regex(/^([0-9a-fA-F]{2})+$/, "must be hexadecimal digits");
const signatureText = z.string().regex(/^[0-9a-fA-F]{128}$/, "must be 128 hexadecimal digits");

/** The bundle that collateral services serve and quote libraries save. */
const bundleSchema = z.object({
  root_ca_crl: hexText,
  pck_crl: hexText,
  pck_crl_issuer_chain: z.string(),
  tcb_info_issuer_chain: z.string(),
  tcb_info: z.string(),
  tcb_info_signature: signatureText,
  qe_identity: z.string(),
  qe_identity_signature: signatureText,
});

/**
 * Reads a bundle: JSON with the members `root_ca_crl`, `pck_crl`, `pck_crl_issuer_chain`, `tcb_info_issuer_chain`,
 * `tcb_info`, `tcb_info_signature`, `qe_identity` and `qe_identity_signature`; lists and signatures in hexadecimal,
 * chains as PEM.
 *
 * @throws {@link TdxRefusedError} when a member is missing or not of its form
 */
export function parseCollateralBundle(json: string): IntelFiles {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new TdxRefusedError("collateral-invalid", `The bundle is not JSON: ${String(cause)}`);
  }
  const parsed = bundleSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TdxRefusedError("collateral-invalid", `${issue?.path.join(".") ?? "the bundle"} ${issue?.message ?? ""}`);
  }
  const bundle = parsed.data;
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
  const first = (pem: string): Uint8Array => {
    const [der] = certificatesFromPem(pem);
    if (der === undefined) throw new TdxRefusedError("collateral-invalid", "A chain holds no certificate.");
    return der;
  };
  return {
    rootList: bytes(bundle.root_ca_crl),
    pckList: bytes(bundle.pck_crl),
    pckAuthority: first(bundle.pck_crl_issuer_chain),
    tcbSigner: first(bundle.tcb_info_issuer_chain),
    tcbInfo: bundle.tcb_info,
    tcbInfoSignature: bytes(bundle.tcb_info_signature),
    qeIdentity: bundle.qe_identity,
    qeIdentitySignature: bytes(bundle.qe_identity_signature),
  };
}

/**
 * Splits what Intel's service answers, `{"<member>":…,"signature":"…"}`, into the bytes that are signed and the signature.
 *
 * @param member `tcbInfo` or `enclaveIdentity`
 * @throws {@link TdxRefusedError} when the answer has another form
 */
export function splitSigned(
  answer: string,
  member: "tcbInfo" | "enclaveIdentity",
): { readonly json: string; readonly signature: Uint8Array } {
  const start = `{"${member}":`;
  const match = /,"signature":"([0-9a-fA-F]{128})"\}\s*$/.exec(answer);
  if (!answer.startsWith(start) || match === null) {
    throw new TdxRefusedError("collateral-invalid", `The answer is not {"${member}":…,"signature":"…"}.`);
  }
  const json = answer.slice(start.length, match.index);
  return { json, signature: new Uint8Array(Buffer.from(match[1] ?? "", "hex")) };
}

/** Dates of something on chain, in Unix seconds; zeros when it is not there. */
export interface PresentDates {
  readonly issuedAt: bigint;
  readonly expiresAt: bigint;
}

/** One call of `IntelCollateral`, in the order in which the calls must be made, and how to see that it is needed. */
export type CollateralCall = {
  /** What it brings, in words. */
  readonly title: string;
  /** Dates of what it brings, in Unix seconds. */
  readonly issuedAt: bigint;
  readonly expiresAt: bigint;
} & (
  | { readonly functionName: "updateRevocationList"; readonly args: readonly [Hex]; readonly present: PresentOf }
  | { readonly functionName: "addCertificate"; readonly args: readonly [Hex]; readonly present: PresentOf }
  | {
      readonly functionName: "updateTcbInfo" | "updateQeIdentity";
      readonly args: readonly [json: Hex, r: bigint, s: bigint, signerKey: Hex];
      readonly present: PresentOf;
    }
);

/** The view of `IntelCollateral` whose first two values are the dates of what is there. */
export type PresentOf =
  | { readonly functionName: "revocationList"; readonly args: readonly [authority: Hex] }
  | { readonly functionName: "authorityValidity"; readonly args: readonly [authority: Hex] }
  | { readonly functionName: "signerValidity"; readonly args: readonly [signerKey: Hex] }
  | { readonly functionName: "tcbInfo"; readonly args: readonly [fmspc: Hex, pceId: Hex, tcbEvaluation: number] }
  | { readonly functionName: "qeIdentity"; readonly args: readonly [tcbEvaluation: number] };

const ROOT: Hex = `0x${"00".repeat(32)}`;

const documentSchema = z.object({
  issueDate: z.string().datetime(),
  nextUpdate: z.string().datetime(),
  tcbEvaluationDataNumber: z.number().int().nonnegative(),
});
const tcbInfoSchema = documentSchema.extend({
  fmspc: z.string().regex(/^[0-9a-fA-F]{12}$/),
  pceId: z.string().regex(/^[0-9a-fA-F]{4}$/),
});

/** Reads a signed JSON text by `schema`. */
export function readDocument<T>(schema: z.ZodType<T, z.ZodTypeDef, unknown>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TdxRefusedError("collateral-invalid", `A document of Intel's is not JSON: ${String(cause)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : `${issue.path.join(".")} ${issue.message}`;
  throw new TdxRefusedError("collateral-invalid", `A document of Intel's is not as expected: ${where}`);
}

/** Unix seconds of a moment that Intel writes as text. */
export function unixSeconds(text: string): bigint {
  return BigInt(Date.parse(text)) / 1000n;
}

/** Name of an authority on chain: keccak256 of its name in DER and its key id. */
export function authorityId(name: Uint8Array, keyId: Uint8Array): Hex {
  return keccak256(Buffer.concat([name, keyId]));
}

/**
 * Every call that brings `files` on chain, in order. The chain checks each down from Intel's root; nothing here has to be
 * trusted.
 *
 * @throws {@link TdxRefusedError} when a file is not what it should be
 */
export function collateralCalls(files: IntelFiles): readonly CollateralCall[] {
  const rootList = parseRevocationList(files.rootList);
  const pckList = parseRevocationList(files.pckList);
  const authority = parseCertificate(files.pckAuthority);
  const signer = parseCertificate(files.tcbSigner);
  const info = readDocument(tcbInfoSchema, files.tcbInfo);
  const identity = readDocument(documentSchema, files.qeIdentity);
  const issuer = authorityId(authority.subject, authority.subjectKeyId);
  const signerKey = keccak256(signer.publicKey);
  const signed = (text: string, signature: Uint8Array): readonly [Hex, bigint, bigint, Hex] => [
    bytesToHex(new TextEncoder().encode(text)),
    BigInt(`0x${hexOf(signature.subarray(0, 32))}`),
    BigInt(`0x${hexOf(signature.subarray(32))}`),
    signerKey,
  ];
  const list = (title: string, found: typeof rootList, of: Hex): CollateralCall => ({
    title,
    functionName: "updateRevocationList",
    args: [bytesToHex(found.der)],
    issuedAt: found.thisUpdate,
    expiresAt: found.nextUpdate,
    present: { functionName: "revocationList", args: [of] },
  });
  const certificate = (title: string, found: typeof signer, present: PresentOf): CollateralCall => ({
    title,
    functionName: "addCertificate",
    args: [bytesToHex(found.der)],
    issuedAt: found.notBefore,
    expiresAt: found.notAfter,
    present,
  });
  const evaluation = info.tcbEvaluationDataNumber;
  return [
    list("Revocation list of Intel's root", rootList, ROOT),
    certificate("Certificate of the PCK authority", authority, { functionName: "authorityValidity", args: [issuer] }),
    certificate("Certificate of the TCB signer", signer, { functionName: "signerValidity", args: [signerKey] }),
    list("Revocation list of the PCK authority", pckList, issuer),
    {
      title: `TCB info of ${info.fmspc.toLowerCase()}, evaluation ${evaluation}`,
      functionName: "updateTcbInfo",
      args: signed(files.tcbInfo, files.tcbInfoSignature),
      issuedAt: unixSeconds(info.issueDate),
      expiresAt: unixSeconds(info.nextUpdate),
      present: { functionName: "tcbInfo", args: [`0x${info.fmspc}`, `0x${info.pceId}`, evaluation] },
    },
    {
      title: `Identity of the TD quoting enclave, evaluation ${identity.tcbEvaluationDataNumber}`,
      functionName: "updateQeIdentity",
      args: signed(files.qeIdentity, files.qeIdentitySignature),
      issuedAt: unixSeconds(identity.issueDate),
      expiresAt: unixSeconds(identity.nextUpdate),
      present: { functionName: "qeIdentity", args: [identity.tcbEvaluationDataNumber] },
    },
  ];
}

/**
 * The calls among `calls` that bring something newer than what is there.
 *
 * @param readPresent reads a view of `IntelCollateral`: the dates it answers
 */
export async function missingCalls(
  calls: readonly CollateralCall[],
  readPresent: (view: PresentOf) => Promise<PresentDates>,
): Promise<readonly CollateralCall[]> {
  const present = await Promise.all(calls.map((call) => readPresent(call.present)));
  return calls.filter((call, index) => call.issuedAt > (present[index]?.issuedAt ?? 0n));
}

const CALLS_ABI = parseAbi([
  "function addCertificate(bytes der)",
  "function updateRevocationList(bytes der)",
  "function updateTcbInfo(bytes json, uint256 r, uint256 s, bytes32 signerKey)",
  "function updateQeIdentity(bytes json, uint256 r, uint256 s, bytes32 signerKey)",
]);

/** The calldata of a call, for a transaction to `IntelCollateral`. */
export function encodeCollateralCall(call: CollateralCall): Hex {
  switch (call.functionName) {
    case "addCertificate":
    case "updateRevocationList":
      return encodeFunctionData({ abi: CALLS_ABI, functionName: call.functionName, args: call.args });
    case "updateTcbInfo":
    case "updateQeIdentity":
      return encodeFunctionData({ abi: CALLS_ABI, functionName: call.functionName, args: call.args });
  }
}
