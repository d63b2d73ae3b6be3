import type { Address } from "viem";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { chainTime, type GovernanceView } from "./proposals.ts";

/** What an account can do in a vote; OPG base units. */
export interface VotingPower {
  readonly account: Address;
  /** Votes at `at`. */
  readonly votes: bigint;
  /** All votes at `at`. */
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
  const [votes, totalVotes, proposalThreshold, quorum] = await Promise.all([
    publicClient.readContract({ ...governor, functionName: "getVotes", args: [account, time] }),
    publicClient.readContract({ ...staking, functionName: "getPastTotalSupply", args: [time] }),
    publicClient.readContract({ ...governor, functionName: "proposalThreshold" }),
    publicClient.readContract({ ...governor, functionName: "quorum", args: [time] }),
  ]);
  return { account, votes, totalVotes, proposalThreshold, quorum, at: time };
}
