import { encodeAbiParameters, keccak256, type Address, type Hex, type LocalAccount } from "viem";

import { devAttestationVerifierAbi } from "../../sdk/src/abi/DevAttestationVerifier.ts";

const VERIFY = devAttestationVerifierAbi.find((item) => item.type === "function" && item.name === "verify");

/** What a machine says; the fields of `AttestationFacts`. */
export interface DevelopmentFacts {
  /** The place of the technology in `TeeKind`. */
  readonly kind: number;
  readonly platformClass: Hex;
  readonly measurementId: Hex;
  readonly tcbStatus: number;
  readonly tcbDate: bigint;
  readonly tcbEvaluationNumber: number;
  readonly tcbVersion: bigint;
  readonly advisoryHash: Hex;
  readonly platformId: Hex;
  readonly attestedAt: bigint;
  readonly collateralExpiry: bigint;
  readonly debug: boolean;
  readonly reportData: Hex;
}

/** Signs facts with the development key in the hardware's stead; only a development verifier accepts that. */
export async function signFacts(
  key: LocalAccount,
  verifier: Address,
  chainId: number,
  facts: DevelopmentFacts,
): Promise<Hex> {
  const [type] = VERIFY?.type === "function" ? VERIFY.outputs : [];
  if (type === undefined) throw new Error("The development verifier has no verify function.");
  const signature = await key.signTypedData({
    domain: { name: "OPG Development Attestation", version: "1", chainId, verifyingContract: verifier },
    types: { DevelopmentEvidence: [{ name: "factsHash", type: "bytes32" }] },
    primaryType: "DevelopmentEvidence",
    message: { factsHash: keccak256(encodeAbiParameters([type], [facts])) },
  });
  return encodeAbiParameters([type, { type: "bytes" }], [facts, signature]);
}
