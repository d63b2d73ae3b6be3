import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareProposal, type ProposalDraft } from "../../scripts/gov/propose.ts";
import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { performAct, type ActArguments } from "./gov-act.ts";

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
