import { BaseError, type Address, type Hash, type Hex } from "viem";

import { describeFailure } from "../../sdk/src/revert.ts";
import type { Clients, Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";

/** A transaction, ready to be sent, and what it does in words. */
export interface PreparedCall {
  readonly to: Address;
  readonly data: Hex;
  /** What will happen, for the person who must agree; one line each. */
  readonly lines: readonly string[];
}

/** What came of a transaction. */
export interface CallOutcome {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  readonly gasUsed: bigint;
}

/**
 * Simulates a call from any account.
 *
 * @returns the gas it takes
 * @throws UserError with the contract's reason when it would fail
 */
export async function simulateFrom(reader: Reader, account: Address, { to, data }: PreparedCall): Promise<bigint> {
  try {
    return await reader.estimateGas({ account, to, data });
  } catch (error) {
    if (error instanceof BaseError) throw new UserError(`It would fail: ${describeFailure(error)}`, { cause: error });
    throw error;
  }
}

/** Simulates a call from the account that will send it; see {@link simulateFrom}. */
export function simulateCall({ publicClient, walletClient }: Clients, call: PreparedCall): Promise<bigint> {
  return simulateFrom(publicClient, walletClient.account.address, call);
}

/**
 * Sends a call and waits until it is in a block.
 *
 * @throws UserError with the contract's reason when it would fail or failed
 */
export async function sendCall(clients: Clients, call: PreparedCall): Promise<CallOutcome> {
  const estimate = await simulateCall(clients, call);
  const { publicClient, walletClient } = clients;
  const gas = (estimate * 12n) / 10n;
  const transactionHash = await walletClient.sendTransaction({ to: call.to, data: call.data, gas });
  const receipt = await publicClient.waitForTransactionReceipt({ hash: transactionHash });
  if (receipt.status !== "success") throw new UserError(`The transaction ${transactionHash} failed on the chain.`);
  return { transactionHash, blockNumber: receipt.blockNumber, gasUsed: receipt.gasUsed };
}
