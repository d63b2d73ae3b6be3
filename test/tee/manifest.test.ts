import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { hexToBytes, type Hex } from "viem";
import { NitroEvidenceError } from "../../sdk/src/tee/nitro/errors.ts";
import { stripFraming } from "../../sdk/src/tee/nitro/document.ts";
import { verifyNitroDocument } from "../../sdk/src/tee/nitro/verify.ts";
import { GpuReportError, verifyGpuReport } from "../../sdk/src/tee/nras/report.ts";
import { NrasTokenError, readDetachedEat, verifyNrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { SnpRefusedError } from "../../sdk/src/tee/snp/errors.ts";
import { signingKeyOf } from "../../sdk/src/tee/snp/products.ts";
import { verifySnp } from "../../sdk/src/tee/snp/verify.ts";
import { parseRevocationList } from "../../sdk/src/tee/tdx/certificate.ts";
import { INTEL_ROOT_KEY, type IntelFiles } from "../../sdk/src/tee/tdx/collateral.ts";
import { TdxRefusedError } from "../../sdk/src/tee/tdx/errors.ts";
import { certificatesFromPem, parseQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { judgeQuote } from "../../sdk/src/tee/tdx/verdict.ts";
import {
  at,
  februaryCollateral,
  hexVector,
  julyCollateral,
  juneCollateral,
  juneCollateralOf90c06f,
  textVector,
  vector,
} from "./vectors.ts";

/** What a verifier's twin says: facts worth a word, or the check at which it refuses. */
function verdictOf(judge: () => string): string {
  try {
    return judge();
  } catch (error) {
    if (error instanceof TdxRefusedError || error instanceof SnpRefusedError) return error.refusal;
    if (error instanceof NitroEvidenceError || error instanceof NrasTokenError) return error.code;
    if (error instanceof GpuReportError) return "refused";
    throw error;
  }
}

const JUNE = at("2025-06-25T00:00:00Z");

function tdx(raw: Uint8Array, files: IntelFiles, time: bigint): string {
  const { tcbStatus, advisories, debug } = judgeQuote(parseQuote(raw), files, time, INTEL_ROOT_KEY);
  return [tcbStatus, ...advisories, ...(debug ? ["debug"] : [])].join(" ");
}

function nitro(file: Uint8Array, time: string): string {
  const { facts } = verifyNitroDocument(stripFraming(file), { at: at(time) });
  return `${(facts.reportData.length - 2) / 2} bytes bound`;
}

function snp(name: string): string {
  const read = (part: string): Uint8Array => new Uint8Array(vector(`amd/${name}-${part}`));
  const evidence = { product: "Milan", report: read("report.bin"), vcek: read("vcek.der") } as const;
  const { debug, reportData } = verifySnp(evidence, at("2026-07-01T00:00:00Z"));
  const text = Buffer.from(hexToBytes(reportData)).toString("latin1").replace(/\0+$/, "");
  return debug ? "debug" : /^[\x20-\x7e]+$/.test(text) ? text : "genuine";
}

function gpu(report: string, chain: string): string {
  const folder = "nvidia/reports/";
  const raw = Buffer.from(textVector(`${folder}${report}.txt`).trim(), "hex");
  return verifyGpuReport(raw, textVector(`${folder}${chain}.txt`)).die;
}

function nras(time: bigint): string {
  const key: Hex = `0x${textVector("nvidia/nras_prod_20250609_p384_pubkey_RECOVERED.hex").trim().slice(2)}`;
  const kid = "nv-eat-kid-prod-20250609211310110-93b13aa1-17e4-4c14-9d33-dba2323329f2";
  const tokens = readDetachedEat(textVector("nvidia/hopperClaimsv3_detached_eat.json"));
  return verifyNrasTokens(tokens, { at: time, keys: new Map([[kid, hexToBytes(key)]]) }).gpus[0]?.model ?? "";
}

const openGradient = (): Uint8Array => Buffer.from(textVector("nitro/opengradient/attestation_doc.b64"), "base64");
const sampleQuote = (): string => {
  const [root] = certificatesFromPem(textVector("intel/sample/pckSignChain.pem"));
  if (root === undefined) throw new Error("The sample has no certificates.");
  const files = { ...juneCollateral(), pckAuthority: root };
  return tdx(vector("intel/dcap-qvl/tdx_quote"), files, JUNE);
};
const signedBy = (product: "Milan" | "Genoa" | "Turin"): string => {
  const [root, signing] = ["ark", "ask"].map(
    (kind) => new X509Certificate(vector(`amd/${kind}-${product.toLowerCase()}.der`)),
  );
  const pinned = signing?.publicKey.equals(signingKeyOf(product).key) === true;
  return root?.verify(root.publicKey) === true && signing?.verify(root.publicKey) === true && pinned ? "true" : "false";
};
const serials = (path: string): string => `${parseRevocationList(vector(path)).serials.size} revoked`;

/** Every row of the list that came with the vectors, and the verdict that it asks for. */
const ROWS: readonly (readonly [row: string, judge: () => string, verdict: string])[] = [
  ["tdx_quote in its month", () => tdx(vector("intel/dcap-qvl/tdx_quote"), juneCollateral(), JUNE), "UpToDate"],
  [
    "tdx_quote before its QE identity was issued",
    () => tdx(vector("intel/dcap-qvl/tdx_quote"), juneCollateral(), at("2025-06-19T10:20:00Z")),
    "collateral-not-yet-valid",
  ],
  [
    "tdx_quote after the next update",
    () => tdx(vector("intel/dcap-qvl/tdx_quote"), juneCollateral(), at("2025-07-20T00:00:00Z")),
    "collateral-expired",
  ],
  [
    "tdx_quote_outdated (v5, TD 1.5)",
    () => tdx(vector("intel/dcap-qvl/tdx_quote_outdated"), februaryCollateral(), at("2026-02-20T00:00:00Z")),
    "tcb-level-unmatched",
  ],
  [
    "quote_tdx.bin",
    () => tdx(vector("intel/automata/quote_tdx.bin"), julyCollateral(), at("2025-07-10T00:00:00Z")),
    "OutOfDate INTEL-SA-00960 INTEL-SA-00982 INTEL-SA-00986",
  ],
  [
    "tdx-quote.hex",
    () => tdx(hexVector("intel/dcap-qvl/tdx_quote.hex"), juneCollateral(), JUNE),
    "tcb-level-unmatched",
  ],
  [
    "tdx_quote_5.dat, on which others differ: as Intel's own library judges",
    () => tdx(vector("intel/automata/tdx_quote_5.dat"), juneCollateralOf90c06f(), JUNE),
    "tcb-level-unmatched",
  ],
  // SGX is not verified here at all, so neither a good platform's status nor a debug enclave can matter.
  ["sgx_quote", () => tdx(vector("intel/dcap-qvl/sgx_quote"), juneCollateral(), JUNE), "version-unsupported"],
  [
    "quote_sgx.bin, debug",
    () => tdx(vector("intel/automata/quote_sgx.bin"), juneCollateral(), JUNE),
    "version-unsupported",
  ],
  ["Intel's sample hierarchy: wrong root", sampleQuote, "collateral-signature-invalid"],
  ["CRL of July 2025", () => serials("intel/automata/pck_platform_crl.der"), "44 revoked"],
  ["CRL of October 2025", () => serials("intel/automata/pck_platform_crl_1025.der"), "44 revoked"],
  ["CRL of the root", () => serials("intel/automata/intel_root_ca_crl.der"), "0 revoked"],
  [
    "a forged PCK authority with Intel's key id",
    () => {
      const files = { ...juneCollateral(), pckAuthority: vector("intel/adversarial/int.der") };
      return tdx(vector("intel/dcap-qvl/tdx_quote"), files, JUNE);
    },
    "collateral-signature-invalid",
  ],
  ["OpenGradient's Nitro document", () => nitro(openGradient(), "2026-02-12T17:56:02Z"), "68 bytes bound"],
  [
    "nsm-qvl_nitro_attestation.bin",
    () => nitro(vector("nitro/dstack/nsm-qvl_nitro_attestation.bin"), "2025-12-25T13:15:37Z"),
    "64 bytes bound",
  ],
  [
    "nitro_attestation_dbg.bin",
    () => nitro(vector("nitro/dstack/nitro_attestation_dbg.bin"), "2025-12-25T08:20:46Z"),
    "NitroDebugMode",
  ],
  ["ARK and ASK of Milan", () => signedBy("Milan"), "true"],
  ["ARK and ASK of Genoa", () => signedBy("Genoa"), "true"],
  ["ARK and ASK of Turin", () => signedBy("Turin"), "true"],
  ["dstack's SNP report", () => snp("dstack"), "attest-test-fixture-2026"],
  ["go-sev-guest's SNP report", () => snp("go-sev-guest"), "debug"],
  ["Hopper's report", () => gpu("hopperAttestationReport", "hopperCertChain"), "GH100 A01 GSP FMC LF"],
  ["Blackwell's report", () => gpu("blackwellAttestationReport", "blackwellCertChain"), "GB100 A01 GSP FMC LF"],
  [
    "Hopper's report, signature changed",
    () => gpu("hopperAttestationReportInvalidSignature", "hopperCertChain"),
    "refused",
  ],
  [
    "Hopper's report under Blackwell's certificates",
    () => gpu("hopperAttestationReport", "blackwellCertChain"),
    "refused",
  ],
  ["NVIDIA's token within its hour", () => nras(1_749_601_918n), "GH100 A01 GSP BROM"],
  ["NVIDIA's token after it", () => nras(1_749_605_458n), "NrasTokenExpired"],
];

describe("Every row of the list that came with the vectors", () => {
  for (const [row, judge, verdict] of ROWS) {
    it(`${row}: ${verdict}`, () => {
      assert.equal(verdictOf(judge), verdict);
    });
  }
});
