import { encodeFunctionData, getAddress, keccak256, toBytes, type Address, type Hex } from "viem";

import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { PROPOSAL_STATES } from "../../sdk/src/read.ts";
import { UserError } from "../lib/user-error.ts";
import { decodeAction } from "./decode.ts";
import { lint, waitOf } from "./lint.ts";
import { readPower } from "./power.ts";
import { describeProfile, PROFILE_STATUSES, type ProfileFile } from "./profiles.ts";
import { actionLines } from "./proposal-words.ts";
import type { GovernanceView } from "./proposals.ts";
import { describeRelease, RELEASE_STATUSES, type ReleaseFile } from "./releases.ts";
import type { PreparedCall } from "./send.ts";
import { opg, printable } from "./words.ts";

/** A proposal about to be made. */
export interface PreparedProposal extends PreparedCall {
  readonly proposalId: bigint;
  readonly description: string;
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
      "Votes come from OPG staked behind an operator, who votes with it" +
      `${power.undelegated === 0n ? "" : `, and from ${opg(power.undelegated)} in your wallet once it is delegated`}.`,
  );
}
