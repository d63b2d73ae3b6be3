import type { ChainType, NetworkConnection } from "hardhat/types/network";
import { AbiErrorSignatureNotFoundError, decodeErrorResult, type Abi, type Address, type Hex } from "viem";

/** A harness that makes many small calls in one. */
export function deployEvidenceHarness({ viem }: Pick<NetworkConnection, "viem">) {
  return viem.deployContract("Evidence__Harness");
}

/**
 * The name of the error with which a call is refused (its selector if the ABI lacks it), undefined if it is not: asked
 * through a harness, which is the sender then, because a test node takes its time over a call that reverts. Nothing is
 * sent.
 *
 * @param harness  of {@link deployEvidenceHarness}
 * @param callData of the call of `target`
 * @param abi      with the errors that may come, also from below
 */
export async function refusalThrough(
  harness: Awaited<ReturnType<typeof deployEvidenceHarness>>,
  target: Address,
  callData: Hex,
  abi: Abi,
): Promise<string | undefined> {
  const { result } = await harness.simulate.attempt([target, callData]);
  const [success, answer] = result;
  if (success) return undefined;
  try {
    return decodeErrorResult({ abi, data: answer }).errorName;
  } catch (error) {
    if (error instanceof AbiErrorSignatureNotFoundError) return error.signature;
    throw error;
  }
}

/** A harness that opens the certificate reader. */
export function deployX509Harness({ viem }: Pick<NetworkConnection, "viem">) {
  return viem.deployContract("X509__Harness");
}

/** Deploys a contract of the tests by name; returns its view functions as one function, whose results the caller names. */
export async function deployHarness<Chain extends ChainType>(
  { viem }: NetworkConnection<Chain>,
  name: string,
): Promise<(functionName: string, ...args: readonly unknown[]) => Promise<unknown>> {
  const { address, abi } = await viem.deployContract(name);
  const client = await viem.getPublicClient();
  return (functionName, ...args) => client.readContract({ address, abi, functionName, args });
}
