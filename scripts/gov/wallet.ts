import { encodeFunctionData, zeroAddress, type Address } from "viem";

import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { UserError } from "../lib/user-error.ts";
import type { GovernanceView } from "./proposals.ts";
import type { PreparedCall } from "./send.ts";
import { opg } from "./words.ts";

/** The OPG in a wallet, where it has votes. */
export interface Wallet {
  /** OPG base units. */
  readonly balance: bigint;
  /** Whom it votes for; null while nobody. */
  readonly delegatee: Address | null;
}

/** Reads a wallet's OPG and whom it votes for; undefined where OPG in wallets has no votes. */
export async function readWallet(
  { publicClient, addresses }: GovernanceView,
  account: Address,
): Promise<Wallet | undefined> {
  const source = await publicClient.readContract({
    address: addresses.OPGGovernor,
    abi: opgGovernorAbi,
    functionName: "walletVotes",
  });
  if (source === zeroAddress) return undefined;
  const token = { address: source, abi: opgAbi } as const;
  const [balance, delegatee] = await Promise.all([
    publicClient.readContract({ ...token, functionName: "balanceOf", args: [account] }),
    publicClient.readContract({ ...token, functionName: "delegates", args: [account] }),
  ]);
  return { balance, delegatee: delegatee === zeroAddress ? null : delegatee };
}

/**
 * Prepares that the OPG in an account's wallet, now and later, votes for another account or for itself.
 *
 * @param delegatee zero takes the votes from everybody
 * @throws UserError where OPG in wallets has no votes, or when it votes for that account already
 */
export async function prepareWalletDelegation(
  view: GovernanceView,
  account: Address,
  delegatee: Address,
): Promise<PreparedCall> {
  const wallet = await readWallet(view, account);
  if (wallet === undefined) throw new UserError("OPG in wallets has no votes on this network; stake votes.");
  const named = (to: Address | null): string => (to === null || to === zeroAddress ? "nobody" : to);
  if (named(wallet.delegatee) === named(delegatee)) {
    throw new UserError(`The wallet of ${account} votes for ${named(delegatee)} already.`);
  }
  return {
    to: view.addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "delegate", args: [delegatee] }),
    lines: [
      `Let the OPG in the wallet of ${account}, now ${opg(wallet.balance)} and what it will hold, vote for ` +
        `${named(delegatee)}; until now it votes for ${named(wallet.delegatee)}.`,
      "It stays in the wallet and can be spent. Votes that have begun are not changed.",
    ],
  };
}
