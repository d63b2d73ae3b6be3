import type { Address } from "viem";

/** Where OpenGradient's own chain has its verifier as a precompile. */
export const UPSTREAM_VERIFIER: Address = "0x0000000000000000000000000000000000000900";

/** The requests that planting needs. */
export interface PlantingNode {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/**
 * Gives a test node OpenGradient's precompile: the code of our `TEEVerifier` at 0x…0900, where unmodified contracts call
 * it. Its settings are in its code, so it answers there as at its own address.
 *
 * @param node a test node that knows hardhat_setCode
 * @param verifier where `TEEVerifier` is
 * @throws Error when the node does not know the request, or there is no verifier
 */
export async function plantVerifier(node: PlantingNode, verifier: Address): Promise<void> {
  const code = await node.request({ method: "eth_getCode", params: [verifier, "latest"] });
  if (code === "0x") throw new Error(`There is no verifier at ${verifier}; deploy the system first.`);
  await node.request({ method: "hardhat_setCode", params: [UPSTREAM_VERIFIER, code] });
}
