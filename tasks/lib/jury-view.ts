import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { readDeploymentBlock, recordFolder } from "../../scripts/deploy/records.ts";
import type { JuryView } from "../../scripts/jury/view.ts";
import type { TaskChain } from "./chain.ts";

/** A deployment with the block where the history of its operators and disputes begins. */
export async function withHistory(view: GovernanceView, chain: TaskChain, records: string): Promise<JuryView> {
  const folder = recordFolder(records, view.publicClient.chain.id, chain.networkName);
  return { ...view, firstBlock: await readDeploymentBlock(folder, "Staking") };
}
