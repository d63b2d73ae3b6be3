import type { ChainType, NetworkConnection } from "hardhat/types/network";

/**
 * Deploys a contract of the tests; returns its view functions as one function. Contracts of the tests have no generated
 * types: whoever calls names the result's.
 */
export async function deployHarness<Chain extends ChainType>(
  { viem }: NetworkConnection<Chain>,
  name: string,
): Promise<(functionName: string, ...args: readonly unknown[]) => Promise<unknown>> {
  const { address, abi } = await viem.deployContract(name);
  const client = await viem.getPublicClient();
  return (functionName, ...args) => client.readContract({ address, abi, functionName, args });
}
