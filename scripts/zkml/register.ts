import { bytesToHex, encodeFunctionData, type Address, type Hex } from "viem";

import { modelExecutorAbi } from "../../sdk/src/abi/ModelExecutor.ts";
import { verifierRegistryAbi } from "../../sdk/src/abi/VerifierRegistry.ts";
import { FFLONK_SYSTEM } from "../../zkml/circuit/fflonk-key.ts";
import { executorModelId } from "../../zkml/evm/executor-blob.ts";
import type { PreparedCall } from "../gov/send.ts";
import type { Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import type { Package } from "./package-files.ts";
import type { NetworkProof } from "./proof-file.ts";

/** Where the zkML contracts of a deployment are. */
export interface ZkmlView {
  readonly publicClient: Reader;
  readonly addresses: Readonly<Record<"VerifierRegistry" | "ModelExecutor", Address>>;
}

/**
 * Prepares the registration of a package's key.
 *
 * @throws UserError when it is registered, or the registry takes no development keys
 */
export async function prepareKey(
  { publicClient, addresses }: ZkmlView,
  { name, keyId, keys }: Package,
): Promise<PreparedCall> {
  const registry = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi };
  if (await publicClient.readContract({ ...registry, functionName: "isRegistered", args: [keyId] })) {
    throw new UserError(`The key ${keyId} is registered already.`);
  }
  if (!(await publicClient.readContract({ ...registry, functionName: "developmentKeysAllowed" }))) {
    throw new UserError(
      "This network takes no development keys, under which anyone can forge proofs: make a key in a ceremony.",
    );
  }
  return {
    to: addresses.VerifierRegistry,
    data:
      keys.proofSystem === "groth16"
        ? encodeFunctionData({ ...registry, functionName: "registerKey", args: [keys.verifyingKey, true] })
        : encodeFunctionData({
            ...registry,
            functionName: "registerRoutedKey",
            args: [BigInt(FFLONK_SYSTEM), keys.encodedKey, true],
          }),
    lines: [`Registers the development key of ${name} for ${keys.proofSystem}: ${keyId}.`],
  };
}

/**
 * Prepares the registration of a package's network with the executor inside the EVM.
 *
 * @throws UserError when the executor cannot run it or has it already
 */
export async function prepareExecutor(
  { publicClient, addresses }: ZkmlView,
  { name, model }: Package,
): Promise<PreparedCall & { readonly modelId: Hex }> {
  const blob = model.executor();
  if (typeof blob === "string") throw new UserError(`The executor cannot run ${name}: ${blob}. Prove it instead.`);
  const modelId = executorModelId(blob);
  const executor = { address: addresses.ModelExecutor, abi: modelExecutorAbi };
  if (await publicClient.readContract({ ...executor, functionName: "isRegistered", args: [modelId] })) {
    throw new UserError(`The executor has ${name} already, as ${modelId}.`);
  }
  return {
    modelId,
    to: addresses.ModelExecutor,
    data: encodeFunctionData({ abi: modelExecutorAbi, functionName: "registerModel", args: [bytesToHex(blob)] }),
    lines: [`Stores ${name} for the executor inside the EVM: ${blob.length} bytes, model ${modelId}.`],
  };
}

/** Whether the chain accepts a proof. @throws UserError when it does not know the key */
export async function verifyOnChain(
  { publicClient, addresses }: ZkmlView,
  { keyId, proof, signals }: NetworkProof,
): Promise<boolean> {
  const registry = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi };
  if (!(await publicClient.readContract({ ...registry, functionName: "isRegistered", args: [keyId] }))) {
    throw new UserError(`The key ${keyId} is not registered here: register it with npx hardhat zkml register.`);
  }
  return publicClient.readContract({ ...registry, functionName: "verifyProof", args: [keyId, proof, signals] });
}
