import { UserError } from "./user-error.ts";
import type { RequestProvider } from "./clients.ts";

/** Seconds of a hundred years; contracts keep times in 40 bits, and a clock cannot be moved back. */
const CENTURY = 36_525n * 86_400n;

/** Whether the node behind `provider` is a test node whose clock and balances can be set. */
export async function isTestNode(provider: RequestProvider): Promise<boolean> {
  const version = await provider.request({ method: "web3_clientVersion" });
  return typeof version === "string" && /hardhat|anvil/i.test(version);
}

/**
 * Moves the clock of a test node and mines one block there.
 *
 * @param seconds how far; more than 0, at most 100 years
 * @throws UserError on any chain that is not a test node
 */
export async function passTime(provider: RequestProvider, seconds: bigint): Promise<void> {
  if (seconds <= 0n) throw new UserError("Time only moves forward: give more than 0.");
  if (seconds > CENTURY) throw new UserError("A clock is moved by a hundred years at most: give less.");
  if (!(await isTestNode(provider))) {
    throw new UserError("Only the clock of a test node can be moved, and this network is not one.");
  }
  await provider.request({ method: "evm_increaseTime", params: [Number(seconds)] });
  // One block only: Hardhat's simulated Base dies of mining many at once.
  await provider.request({ method: "evm_mine", params: [] });
}
