import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { Address, Hash, Hex } from "viem";
import { hexToBytes, size } from "viem";

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

/** What a transaction costs before its first instruction: 21,000, and 4 or 16 for each byte of calldata. */
const BASE_GAS = 21_000;

/**
 * The gas that a call used, from that of a transaction which did nothing else: its base cost and that of its calldata
 * come off. Not for calls so cheap that the floor of EIP-7623 applies.
 *
 * @param used what {@link GasMeter.gasOf} says of the transaction
 * @param data its calldata
 */
export function callGasOf(used: number, data: Hex): number {
  const nonZero = hexToBytes(data).filter((byte) => byte !== 0).length;
  return used - BASE_GAS - 4 * (size(data) - nonZero) - 16 * nonZero;
}
