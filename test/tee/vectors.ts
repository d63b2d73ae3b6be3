import { readFileSync } from "node:fs";
import { parseCollateralBundle, splitSigned, type IntelFiles } from "../../sdk/src/tee/tdx/collateral.ts";

const FOLDER = new URL("../vectors/tee/", import.meta.url);

/** A file of test/vectors/tee. */
export function vector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, FOLDER)));
}

/** A file of test/vectors/tee, as text. */
export function textVector(path: string): string {
  return readFileSync(new URL(path, FOLDER), "utf8");
}

/** The contents of a JSON file of test/vectors/tee, in the shape that the caller knows it has. */
export function jsonVector<T>(path: string): T {
  return JSON.parse(textVector(path)) as T;
}

/** A quote in hexadecimal digits. */
export function hexVector(path: string): Uint8Array {
  return new Uint8Array(Buffer.from(textVector(path).trim().replace(/^0x/, ""), "hex"));
}

/** Unix seconds of a moment. */
export function at(moment: string): bigint {
  return BigInt(Date.parse(moment) / 1000);
}

/** Collateral of June 2025 for FMSPC b0c06f000000. */
export function juneCollateral(): IntelFiles {
  return parseCollateralBundle(textVector("intel/dcap-qvl/tdx_quote_collateral.json"));
}

/** Collateral of February 2026 for FMSPC 90c06f000000. */
export function februaryCollateral(): IntelFiles {
  return parseCollateralBundle(textVector("intel/dcap-qvl/tdx_quote_outdated_collateral.json"));
}

/** Collateral of July 2025 for FMSPC 00806f050000. */
export function julyCollateral(): IntelFiles {
  const info = splitSigned(textVector("intel/automata/tcb_info_v3_with_tdx_module.json"), "tcbInfo");
  const identity = splitSigned(textVector("intel/automata/qe_identity.json"), "enclaveIdentity");
  return {
    rootList: vector("intel/automata/intel_root_ca_crl.der"),
    pckList: vector("intel/automata/pck_platform_crl.der"),
    pckAuthority: vector("intel/automata/platform.der"),
    tcbSigner: vector("intel/automata/signing.der"),
    tcbInfo: info.json,
    tcbInfoSignature: info.signature,
    qeIdentity: identity.json,
    qeIdentitySignature: identity.signature,
  };
}

/** Collateral of June 2025 for FMSPC 90c06f000000; its lists are those of {@link juneCollateral}. */
export function juneCollateralOf90c06f(): IntelFiles {
  const info = splitSigned(textVector("intel/automata/tcbinfov3_90C06F000000.json"), "tcbInfo");
  const identity = splitSigned(textVector("intel/automata/qe_td.json"), "enclaveIdentity");
  return {
    ...juneCollateral(),
    tcbInfo: info.json,
    tcbInfoSignature: info.signature,
    qeIdentity: identity.json,
    qeIdentitySignature: identity.signature,
  };
}
