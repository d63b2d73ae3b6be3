import { encodeFunctionData, keccak256, type Address, type Hex, type LocalAccount } from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import type { Reader } from "../lib/clients.ts";

/** What an operator says about his enclave; the fields of `IEnclaveRegistry.Registration`. */
export interface Registration {
  readonly operator: Address;
  readonly signer: Address;
  readonly profileId: Hex;
  readonly tlsSpkiHash: Hex;
  readonly rsaKeyHash: Hex;
  readonly gpuEvidenceDigest: Hex;
  readonly gpuPolicyHash: Hex;
  /** The block whose hash the evidence contains. */
  readonly challengeBlock: number;
  /** The verifier's number in the registry. */
  readonly verifierId: number;
}

/** A registration with everything that `register` takes. */
export interface SignedRegistration {
  readonly registration: Registration;
  readonly evidence: Hex;
  /** The enclave's EIP-712 signature over operator, profile and evidence. */
  readonly possession: Hex;
}

/** The enclave's signature that it holds its key and agrees to the registration. */
export async function signPossession(
  enclave: LocalAccount,
  registry: Address,
  chainId: number,
  { operator, profileId }: Registration,
  evidence: Hex,
): Promise<Hex> {
  return enclave.signTypedData({
    domain: { name: "OPG Enclave Registry", version: "1", chainId, verifyingContract: registry },
    types: {
      Enclave: [
        { name: "operator", type: "address" },
        { name: "profileId", type: "bytes32" },
        { name: "evidenceHash", type: "bytes32" },
      ],
    },
    primaryType: "Enclave",
    message: { operator, profileId, evidenceHash: keccak256(evidence) },
  });
}

/** The enclave's signed sign of life; `timestamp` in Unix seconds, by its own clock. */
export async function signHeartbeat(
  enclave: LocalAccount,
  registry: Address,
  chainId: number,
  enclaveId: Hex,
  timestamp: bigint,
): Promise<Hex> {
  return enclave.signTypedData({
    domain: { name: "OPG Enclave Registry", version: "1", chainId, verifyingContract: registry },
    types: {
      Heartbeat: [
        { name: "enclaveId", type: "bytes32" },
        { name: "timestamp", type: "uint256" },
      ],
    },
    primaryType: "Heartbeat",
    message: { enclaveId, timestamp },
  });
}

/** The calldata of `register`. */
export function registerCall({ registration, evidence, possession }: SignedRegistration): Hex {
  return encodeFunctionData({
    abi: enclaveRegistryAbi,
    functionName: "register",
    args: [registration, evidence, possession],
  });
}

/** What the evidence says, and the rules that it breaks. @throws the verifier's error when it is not genuine */
export async function assess(reader: Reader, registry: Address, registration: Registration, evidence: Hex) {
  const [facts, failedRules] = await reader.readContract({
    address: registry,
    abi: enclaveRegistryAbi,
    functionName: "assess",
    args: [registration, evidence],
  });
  return { facts, failedRules };
}
