import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress, type Address } from "viem";

import { prepareProposal, type ProposalDraft } from "../../scripts/gov/acts.ts";
import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { performAct, type ActArguments } from "./gov-act.ts";

/** The address that somebody wrote. @throws UserError when it is none */
export function addressFrom(text: string, meaning: string): Address {
  if (isAddress(text)) return getAddress(text);
  throw new UserError(`"${text}" is not the address of ${meaning}.`);
}

/** The common course of a task that proposes: draft, explain, ask, send. */
export async function proposeDraft(
  hre: HardhatRuntimeEnvironment,
  args: ActArguments,
  draft: (view: GovernanceView) => ProposalDraft | Promise<ProposalDraft>,
): Promise<void> {
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareProposal(view, sender, await draft(view));
    return { call, result: { proposalId: call.proposalId, description: call.description } };
  });
}
