import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { Address, Hash } from "viem";

/** A fresh embedded chain and a meter on it. */
export interface GasMeter {
  /** The connection: `connection.viem`, `connection.networkHelpers` and so on. */
  readonly connection: NetworkConnection;
  /** The account that sends transactions unless another is named. */
  readonly sender: Address;
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
    const [wallet] = await connection.viem.getWalletClients();
    if (wallet === undefined) throw new Error(`The network "${network}" has no accounts`);
    return await measure({
      connection,
      sender: wallet.account.address,
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
