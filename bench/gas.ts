import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { Hash } from "viem";

/** A fresh embedded chain and a meter on it. */
export interface GasMeter {
  /** The connection: `connection.viem`, `connection.networkHelpers` and so on. */
  readonly connection: NetworkConnection;
  /**
   * The gas of a whole transaction as its receipt says: calldata and the base cost of 21,000 included, refunds deducted.
   *
   * @param transaction what a viem write returns, for example `staking.write.stake([operator, amount])`
   * @throws Error when the transaction reverted
   */
  readonly gasOf: (transaction: Promise<Hash> | Hash) => Promise<number>;
}

/**
 * Runs `measure` on a fresh embedded chain, and closes it afterwards.
 *
 * @param network a network of hardhat.config.ts
 */
export async function onFreshChain<T>(measure: (meter: GasMeter) => Promise<T>, network = "default"): Promise<T> {
  const connection = await hre.network.create(network);
  try {
    const client = await connection.viem.getPublicClient();
    return await measure({
      connection,
      async gasOf(transaction) {
        const hash = await transaction;
        const receipt = await client.waitForTransactionReceipt({ hash });
        if (receipt.status !== "success") throw new Error(`The transaction ${hash} reverted`);
        return Number(receipt.gasUsed);
      },
    });
  } finally {
    await connection.close();
  }
}
