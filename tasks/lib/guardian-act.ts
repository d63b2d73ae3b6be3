import type { Address } from "viem";

import { prepareProposal } from "../../scripts/gov/propose.ts";
import { asGuardian } from "../../scripts/gov/guardian.ts";
import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import type { PreparedCall } from "../../scripts/gov/send.ts";
import type { PlannedAct } from "./gov-act.ts";

/** Takes away at once as the guardian, or proposes it to all. */
export async function actOrPropose(
  view: GovernanceView,
  sender: Address,
  call: PreparedCall,
  propose: boolean,
  result: Readonly<Record<string, unknown>>,
): Promise<PlannedAct<PreparedCall>> {
  if (!propose) return { call: await asGuardian(view, sender, call), result };
  const [title = "", ...paragraphs] = call.lines;
  const proposal = await prepareProposal(view, sender, {
    title: title.replace(/\.$/, ""),
    paragraphs,
    source: "the policy on the chain",
    actions: [{ to: call.to, data: call.data }],
  });
  return { call: proposal, result: { ...result, proposalId: proposal.proposalId } };
}
