import type { Address } from "viem";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { chainTime, type GovernanceView } from "./proposals.ts";
import { readWallet } from "./wallet.ts";

/** What an account can do in a vote; OPG base units. */
export interface VotingPower {
  readonly account: Address;
  /** Votes at `at`: of stake and of wallets. */
  readonly votes: bigint;
  /** Of these, the votes of pools: all stake behind the operators that vote through the account. */
  readonly stakeVotes: bigint;
  /** Of these, the votes of wallets that delegate to the account; 0 where the token has none. */
  readonly walletVotes: bigint;
  /** What the account's own wallet holds now and delegates to nobody; 0 where the token has no votes. */
  readonly undelegated: bigint;
  /** All votes of stake at `at`. */
  readonly totalVotes: bigint;
  /** Votes needed to propose. */
  readonly proposalThreshold: bigint;
  /** Votes needed for a quorum. */
  readonly quorum: bigint;
  /** Unix seconds. */
  readonly at: bigint;
}

/**
 * Reads the voting power of an account.
 *
 * @param at Unix seconds in the past; by default the last second, which is what counts for proposing
 */
export async function readPower(view: GovernanceView, account: Address, at?: bigint): Promise<VotingPower> {
  const { publicClient, addresses } = view;
  const time = at ?? (await chainTime(view)) - 1n;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const [votes, stakeVotes, totalVotes, proposalThreshold, quorum, wallet] = await Promise.all([
    publicClient.readContract({ ...governor, functionName: "getVotes", args: [account, time] }),
    publicClient.readContract({ ...staking, functionName: "getPastVotes", args: [account, time] }),
    publicClient.readContract({ ...staking, functionName: "getPastTotalSupply", args: [time] }),
    publicClient.readContract({ ...governor, functionName: "proposalThreshold" }),
    publicClient.readContract({ ...governor, functionName: "quorum", args: [time] }),
    readWallet(view, account),
  ]);
  const undelegated = wallet?.delegatee === null ? wallet.balance : 0n;
  const walletVotes = votes - stakeVotes;
  return { account, votes, stakeVotes, walletVotes, undelegated, totalVotes, proposalThreshold, quorum, at: time };
}
