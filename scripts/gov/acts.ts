import { encodeFunctionData, type Address } from "viem";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { UserError } from "../lib/user-error.ts";
import { guardianCancel, readGuardian } from "./guardian.ts";
import { nextStep, proposalLines } from "./proposal-words.ts";
import { chainTime, readProposal, type GovernanceView } from "./proposals.ts";
import type { PreparedCall } from "./send.ts";
import { moment, opg } from "./words.ts";

/** How a ballot can be cast, in the order of the governor's support values. */
export const CHOICES = ["against", "for", "abstain"] as const;

/** A ballot. */
export type Choice = (typeof CHOICES)[number];

/** The ballot that somebody wrote. @throws UserError when it is none */
export function choiceFrom(text: string): Choice {
  const choice = CHOICES.find((known) => known === text);
  if (choice === undefined) throw new UserError(`"${text}" is not a vote; use ${CHOICES.join(", ")}.`);
  return choice;
}

/**
 * Prepares a ballot.
 *
 * @throws UserError when voting is not open, the account has no votes in this vote, or has voted
 */
export async function prepareVote(
  view: GovernanceView,
  account: Address,
  id: bigint,
  choice: Choice,
  reason: string,
): Promise<PreparedCall> {
  const { publicClient, addresses } = view;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const proposal = await readProposal(view, id);
  const now = await chainTime(view);
  if (proposal.state !== "active") {
    throw new UserError(`No vote is possible on proposal #${proposal.index}. ${nextStep(proposal, now)}`);
  }
  const votes = await publicClient.readContract({
    ...governor,
    functionName: "getVotes",
    args: [account, proposal.snapshot],
  });
  if (votes === 0n) {
    throw new UserError(`${account} had no votes when the vote began, ${moment(proposal.snapshot, now)}.`);
  }
  if (await publicClient.readContract({ ...governor, functionName: "hasVoted", args: [id, account] })) {
    throw new UserError(`${account} has voted on proposal #${proposal.index} already.`);
  }
  const ballot = { functionName: "castVoteWithReason", args: [id, CHOICES.indexOf(choice), reason] } as const;
  // Without what delegators of the account's pools have cast themselves.
  const { result: weight } = await publicClient.simulateContract({ ...governor, ...ballot, account });
  const rest = weight === votes ? "" : ` Delegators have cast ${opg(votes - weight)} themselves.`;
  return {
    to: addresses.OPGGovernor,
    data: encodeFunctionData({ abi: opgGovernorAbi, ...ballot }),
    lines: [...proposalLines(proposal), `Vote ${choice} with ${opg(weight)} as ${account}.${rest}`],
  };
}

/**
 * Prepares the step from a passed vote to the timelock.
 *
 * @throws UserError when the proposal has not passed, with the time of the next step
 */
export async function prepareQueue(view: GovernanceView, id: bigint): Promise<PreparedCall> {
  const proposal = await readProposal(view, id);
  if (proposal.state !== "succeeded") {
    const now = await chainTime(view);
    throw new UserError(`Proposal #${proposal.index} cannot be queued. ${nextStep(proposal, now)}`);
  }
  return {
    to: view.addresses.OPGGovernor,
    data: encodeFunctionData({ abi: opgGovernorAbi, functionName: "queue", args: [id] }),
    lines: [...proposalLines(proposal), "Queue it in the timelock."],
  };
}

/**
 * Prepares the execution of what the timelock holds.
 *
 * @throws UserError when it is not queued or its delay is not over, with the time of the next step
 */
export async function prepareExecute(view: GovernanceView, id: bigint): Promise<PreparedCall> {
  const proposal = await readProposal(view, id);
  const now = await chainTime(view);
  if (proposal.state !== "queued" || proposal.eta > now) {
    throw new UserError(`Proposal #${proposal.index} cannot be executed. ${nextStep(proposal, now)}`);
  }
  return {
    to: view.addresses.OPGGovernor,
    data: encodeFunctionData({ abi: opgGovernorAbi, functionName: "execute", args: [id] }),
    lines: [...proposalLines(proposal), "Execute it."],
  };
}

/**
 * Prepares the end of a proposal before it is executed: its proposer's, before the vote opens, or the guardian's.
 *
 * @throws UserError when it is over already, or the account is neither of them
 */
export async function prepareCancel(view: GovernanceView, account: Address, id: bigint): Promise<PreparedCall> {
  const proposal = await readProposal(view, id);
  const { state, proposer, index } = proposal;
  if (state === "executed" || state === "canceled" || state === "expired") {
    const now = await chainTime(view);
    throw new UserError(`Proposal #${index} cannot be cancelled. ${nextStep(proposal, now)}`);
  }
  const lines = [...proposalLines(proposal), `Cancel it as ${account}.`];
  if (state === "pending" && proposer === account) {
    const data = encodeFunctionData({ abi: opgGovernorAbi, functionName: "cancel", args: [id] });
    return { to: view.addresses.OPGGovernor, data, lines };
  }
  const { keeper } = await readGuardian(view);
  if (keeper !== account) {
    throw new UserError(
      `${account} cannot cancel proposal #${index}: its proposer can before the vote opens, the guardian ${keeper} later.`,
    );
  }
  const call = await guardianCancel(view, account, id);
  return { ...call, lines: [...lines, ...call.lines] };
}

/**
 * Prepares that the votes of an operator's pool count for another account from now on.
 *
 * @throws UserError when the account is no operator, or they count for that account already
 */
export async function prepareDelegation(
  { publicClient, addresses }: GovernanceView,
  account: Address,
  delegatee: Address,
): Promise<PreparedCall> {
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const [current, votes] = await Promise.all([
    publicClient.readContract({ ...staking, functionName: "delegates", args: [account] }),
    publicClient.readContract({ ...staking, functionName: "getVotes", args: [account] }),
  ]);
  if (BigInt(current) === 0n) {
    throw new UserError(
      `${account} is no operator. Stake votes with its operator; to vote with your own part use gov override. ` +
        "For the OPG in your wallet use --wallet.",
    );
  }
  if (current === delegatee) throw new UserError(`The votes of ${account} count for ${delegatee} already.`);
  return {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "delegate", args: [delegatee] }),
    lines: [
      `Let the votes of the pool of ${account} count for ${delegatee}, no more for ${current}.`,
      `${account} has ${opg(votes)} of votes now. Votes that have begun are not changed.`,
    ],
  };
}
