import { encodeFunctionData, getAddress, keccak256, toBytes, type Address, type Hex } from "viem";

import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { PROPOSAL_STATES } from "../../sdk/src/read.ts";
import { UserError } from "../lib/user-error.ts";
import { decodeAction, type DecodedAction } from "./decode.ts";
import { guardianCancel, readGuardian } from "./guardian.ts";
import { lint, waitOf } from "./lint.ts";
import { readPower } from "./power.ts";
import { describeProfile, PROFILE_STATUSES, type ProfileFile } from "./profiles.ts";
import { chainTime, readProposal, type GovernanceView, type Proposal } from "./proposals.ts";
import { describeRelease, RELEASE_STATUSES, type ReleaseFile } from "./releases.ts";
import type { PreparedCall } from "./send.ts";
import { moment, opg, printable } from "./words.ts";

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

/** A proposal about to be made. */
export interface PreparedProposal extends PreparedCall {
  readonly proposalId: bigint;
  readonly description: string;
}

/** The lines that explain one action. */
export function actionLines(action: DecodedAction): readonly string[] {
  return [
    action.sentence,
    ...(action.change === null ? [] : [`  change: ${action.change}`]),
    `  call: ${action.contract ?? "unknown contract"} ${action.target} ${action.function ?? ""}`.trimEnd(),
    `  calldata hash: ${keccak256(action.calldata)}`,
    ...action.warnings.map((warning) => `  WARNING: ${warning}`),
    ...action.inner.flatMap(actionLines).map((line) => `  within: ${line}`),
  ];
}

/** The lines that explain a proposal before somebody acts on it. */
export function proposalLines(proposal: Proposal): readonly string[] {
  const title = proposal.description?.split("\n")[0] ?? "(text not found)";
  return [
    `Proposal #${proposal.index} ${proposal.id}, ${proposal.state}`,
    printable(title),
    ...proposal.actions.flatMap(actionLines),
  ];
}

/** When the next thing can happen to a proposal, as a sentence. */
export function nextStep(proposal: Proposal, now: bigint): string {
  const { state, snapshot, deadline, eta } = proposal;
  switch (state) {
    case "pending":
      return `Voting opens after ${moment(snapshot, now)}.`;
    case "active":
      return `Voting is open until ${moment(deadline, now)}; it can be queued after that if it passes.`;
    case "succeeded":
      return "It passed and can be queued now.";
    case "queued":
      return eta <= now ? "It can be executed now." : `It can be executed from ${moment(eta, now)}.`;
    case "defeated":
      return "It was defeated; nothing more can happen to it.";
    case "executed":
      return "It was executed; nothing more can happen to it.";
    default:
      return `It is ${state}; nothing more can happen to it.`;
  }
}

/** What somebody wants to propose. */
export interface ProposalDraft {
  /** One line, without "# ". */
  readonly title: string;
  /** Paragraphs for voters. */
  readonly paragraphs: readonly string[];
  /** Where the facts come from. */
  readonly source: string;
  readonly actions: readonly {
    readonly to: Address;
    readonly data: Hex;
    /** Ether that the timelock sends along, wei; none by default. */
    readonly value?: bigint;
  }[];
}

/** The text of a proposal. The last line is the governor's protection: only this account can make it with this text. */
export function descriptionOf(draft: ProposalDraft, proposer: Address): string {
  const source = `Source: ${draft.source}`;
  return [`# ${draft.title}`, ...draft.paragraphs, source, `#proposer=${getAddress(proposer)}`].join("\n\n");
}

/**
 * Prepares a proposal.
 *
 * @throws UserError when the same proposal exists, or the account has too few votes
 */
export async function prepareProposal(
  view: GovernanceView,
  account: Address,
  draft: ProposalDraft,
): Promise<PreparedProposal> {
  const { publicClient, addresses } = view;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const description = descriptionOf(draft, account);
  const targets = draft.actions.map(({ to }) => to);
  const values = draft.actions.map(({ value }) => value ?? 0n);
  const calldatas = draft.actions.map(({ data }) => data);
  const proposalId = await publicClient.readContract({
    ...governor,
    functionName: "getProposalId",
    args: [targets, values, calldatas, keccak256(toBytes(description))],
  });
  await refuseExisting(view, proposalId);
  await requireThreshold(view, account);

  const actions = await Promise.all(
    draft.actions.map(({ to, data, value }) => decodeAction(publicClient, addresses, to, value ?? 0n, data)),
  );
  const texts = [draft.title, ...draft.paragraphs];
  const findings = await lint({ view, actions, texts, chainId: undefined });
  return {
    to: addresses.OPGGovernor,
    data: encodeFunctionData({
      abi: opgGovernorAbi,
      functionName: "propose",
      args: [targets, values, calldatas, description],
    }),
    lines: [
      `Propose ${proposalId} as ${account}:`,
      ...actions.flatMap(actionLines),
      `Source: ${printable(draft.source)}`,
      ...findings.map(({ rule, sentence }) => `FLAGGED as ${rule}: ${sentence}`),
      `If it is decided, it waits ${await waitOf(view, actions)} before it is executed.`,
    ],
    proposalId,
    description,
  };
}

/**
 * Prepares the proposal to accept a hardware profile.
 *
 * @throws UserError when the profile is accepted already, the same proposal exists, or the account has too few votes
 */
export async function prepareProfileProposal(
  view: GovernanceView,
  account: Address,
  file: ProfileFile,
): Promise<PreparedProposal> {
  const { publicClient, addresses } = view;
  const { profile } = file;
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const profileId = await publicClient.readContract({ ...policy, functionName: "computeProfileId", args: [profile] });
  const terms = await publicClient.readContract({ ...policy, functionName: "termsOf", args: [profileId] });
  if (PROFILE_STATUSES[terms.status] === "accepted" && terms.sunset === 0) {
    throw new UserError(`The profile "${profile.name}" is accepted already (${profileId}).`);
  }
  // The version makes a proposal to accept a profile again, after a suspension, a different one.
  const version = await publicClient.readContract({ ...policy, functionName: "policyVersion" });
  return prepareProposal(view, account, {
    title: `Accept the hardware profile ${profile.name}`,
    paragraphs: [describeProfile(profile), `Profile ${profileId}, policy version ${version}.`],
    source: file.source,
    actions: [
      {
        to: addresses.HardwarePolicy,
        data: encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptProfile", args: [profile] }),
      },
    ],
  });
}

/**
 * Prepares the proposal to accept a code release, or to amend one.
 *
 * @throws UserError when its measurement was revoked, the same proposal exists, or the account has too few votes
 */
export async function prepareReleaseProposal(
  view: GovernanceView,
  account: Address,
  file: ReleaseFile,
): Promise<PreparedProposal> {
  const { publicClient, addresses } = view;
  const { release } = file;
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const [, terms] = await publicClient.readContract({
    ...policy,
    functionName: "releaseOf",
    args: [release.measurementId],
  });
  if (RELEASE_STATUSES[terms.status] === "revoked") {
    throw new UserError(`The measurement ${release.measurementId} was revoked, and that is for ever.`);
  }
  const version = await publicClient.readContract({ ...policy, functionName: "policyVersion" });
  return prepareProposal(view, account, {
    title: `Accept the code release ${release.name} ${release.version}`,
    paragraphs: [describeRelease(release), `Measurement ${release.measurementId}, policy version ${version}.`],
    source: file.source,
    actions: [
      {
        to: addresses.HardwarePolicy,
        data: encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptRelease", args: [release] }),
      },
    ],
  });
}

async function refuseExisting({ publicClient, addresses }: GovernanceView, id: bigint): Promise<void> {
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const snapshot = await publicClient.readContract({ ...governor, functionName: "proposalSnapshot", args: [id] });
  if (snapshot === 0n) return;
  const state = await publicClient.readContract({ ...governor, functionName: "state", args: [id] });
  throw new UserError(`You made this proposal before: ${id}, ${PROPOSAL_STATES[state]}.`);
}

async function requireThreshold(view: GovernanceView, account: Address): Promise<void> {
  const power = await readPower(view, account);
  if (power.votes >= power.proposalThreshold) return;
  throw new UserError(
    `${account} has ${opg(power.votes)} of votes; proposing takes ${opg(power.proposalThreshold)}. ` +
      "Votes come from OPG staked behind an operator, who votes with it.",
  );
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
  return {
    to: addresses.OPGGovernor,
    data: encodeFunctionData({
      abi: opgGovernorAbi,
      functionName: "castVoteWithReason",
      args: [id, CHOICES.indexOf(choice), reason],
    }),
    lines: [...proposalLines(proposal), `Vote ${choice} with ${opg(votes)} as ${account}.`],
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
      `${account} is no operator. Stake votes with its operator; to vote with your own part use gov override.`,
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
