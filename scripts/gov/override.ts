import { encodeFunctionData, type Address } from "viem";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { UserError } from "../lib/user-error.ts";
import { CHOICES, type Choice } from "./acts.ts";
import { nextStep, proposalLines } from "./proposal-words.ts";
import { chainTime, readProposal, type GovernanceView } from "./proposals.ts";
import type { PreparedCall } from "./send.ts";
import { moment, opg } from "./words.ts";

/** A delegator's ballot for his own part of a pool. */
export interface OverrideBallot {
  readonly proposalId: bigint;
  /** Whose pool the part belongs to. */
  readonly operator: Address;
  readonly choice: Choice;
  readonly reason: string;
}

/** The lines that say what keeping a record means. */
const RECORD_HINT =
  "What you added to since then votes for itself only if its past is kept. For later votes run: npx hardhat gov keep-record";

/**
 * Prepares the vote of a delegator with his own part of an operator's pool.
 *
 * @throws UserError when voting is not open, the account had no part of the pool of its own to vote with, or has voted with it
 */
export async function prepareOverride(
  view: GovernanceView,
  account: Address,
  { proposalId, operator, choice, reason }: OverrideBallot,
): Promise<PreparedCall> {
  const { publicClient, addresses } = view;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const proposal = await readProposal(view, proposalId);
  const now = await chainTime(view);
  if (proposal.state !== "active") {
    throw new UserError(`No vote is possible on proposal #${proposal.index}. ${nextStep(proposal, now)}`);
  }
  const [votes, delegatee, voted] = await Promise.all([
    publicClient.readContract({
      ...staking,
      functionName: "getPastPositionVotes",
      args: [operator, account, proposal.snapshot],
    }),
    publicClient.readContract({ ...staking, functionName: "getPastDelegate", args: [operator, proposal.snapshot] }),
    publicClient.readContract({
      ...governor,
      functionName: "hasVotedOverride",
      args: [proposalId, operator, account],
    }),
  ]);
  if (votes === 0n) {
    throw new UserError(
      `${account} had no part of the pool of ${operator} to vote with when the vote began, ` +
        `${moment(proposal.snapshot, now)}. ${RECORD_HINT} ${operator}`,
    );
  }
  if (voted) {
    throw new UserError(
      `${account} has voted on proposal #${proposal.index} with its part of the pool of ${operator} already.`,
    );
  }
  return {
    to: addresses.OPGGovernor,
    data: encodeFunctionData({
      abi: opgGovernorAbi,
      functionName: "castOverrideVote",
      args: [proposalId, operator, CHOICES.indexOf(choice), reason],
    }),
    lines: [
      ...proposalLines(proposal),
      `Vote ${choice} with ${opg(votes)} as ${account}, its part of the pool of ${operator}.`,
      `It counts no more for ${delegatee}, who votes with the rest.`,
    ],
  };
}

/**
 * Prepares that the past of an account's position is kept, so that it can vote for itself later.
 *
 * @throws UserError when it is kept already, or there is no such operator
 */
export async function prepareRecord(
  { publicClient, addresses }: GovernanceView,
  account: Address,
  operator: Address,
): Promise<PreparedCall> {
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const [delegatee, [recorded], shares] = await Promise.all([
    publicClient.readContract({ ...staking, functionName: "delegates", args: [operator] }),
    publicClient.readContract({ ...staking, functionName: "choicesOf", args: [operator, account] }),
    publicClient.readContract({ ...staking, functionName: "stakeOf", args: [operator, account] }),
  ]);
  if (BigInt(delegatee) === 0n) throw new UserError(`${operator} is no operator.`);
  if (recorded) throw new UserError(`The past of the position of ${account} behind ${operator} is kept already.`);
  return {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "keepPositionRecord", args: [operator] }),
    lines: [
      `Keep the past of the position of ${account} behind ${operator}, now ${opg(shares)}.`,
      "In votes that begin later it can vote with its own part. Every later change of the position costs more gas.",
    ],
  };
}
