import { encodeFunctionData, keccak256, toBytes, type Hex, type LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import { INFERENCE_ROLE } from "./stake.ts";

/** The keys inside the two operators' enclaves. */
export interface Enclaves {
  readonly operator: LocalAccount;
  readonly cheat: LocalAccount;
}

/**
 * Registers one enclave for each operator on the accepted hardware. The registrar vouches for the attestation evidence,
 * which is checked off chain; the enclave proves that it holds its key.
 */
export async function registerEnclaves(
  stage: Stage,
  addresses: Addresses,
  profileId: Hex,
  narrator: Narrator,
): Promise<Enclaves> {
  const register = async (person: "operator" | "cheat"): Promise<LocalAccount> => {
    const enclave = privateKeyToAccount(generatePrivateKey());
    const evidenceHash = keccak256(toBytes(`evidence of ${enclave.address}`));
    const operator = addressOf(stage, person);
    const possession = await enclave.signTypedData({
      domain: {
        name: "OPG Enclave Registry",
        version: "1",
        chainId: stage.chainId,
        verifyingContract: addresses.EnclaveRegistry,
      },
      types: {
        Enclave: [
          { name: "operator", type: "address" },
          { name: "profileId", type: "bytes32" },
          { name: "evidenceHash", type: "bytes32" },
        ],
      },
      primaryType: "Enclave",
      message: { operator, profileId, evidenceHash },
    });
    await narrator.send(stage.people.registrar, `register the enclave of ${person}`, {
      to: addresses.EnclaveRegistry,
      data: encodeFunctionData({
        abi: enclaveRegistryAbi,
        functionName: "registerEnclave",
        args: [operator, enclave.address, profileId, evidenceHash, possession],
      }),
    });
    const { timestamp } = await stage.reader.getBlock();
    const usable = await stage.reader.readContract({
      address: addresses.EnclaveRegistry,
      abi: enclaveRegistryAbi,
      functionName: "isUsable",
      args: [keccak256(enclave.address), INFERENCE_ROLE, timestamp],
    });
    narrator.check(`the enclave of ${person} may serve`, usable);
    return enclave;
  };
  return { operator: await register("operator"), cheat: await register("cheat") };
}
