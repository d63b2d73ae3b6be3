import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { nextStep } from "../../scripts/gov/proposal-words.ts";
import { chainTime, proposalIds, readProposal, type Proposal } from "../../scripts/gov/proposals.ts";
import { printable } from "../../scripts/gov/words.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ListArguments {
  readonly records: string;
  readonly json: boolean;
}

async function list({ records, json }: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const now = await chainTime(view);
    const proposals: Proposal[] = [];
    for (const id of await proposalIds(view)) proposals.push(await readProposal(view, id));
    const lines = proposals.map((proposal) => {
      const title = printable(proposal.description?.split("\n")[0] ?? proposal.actions[0]?.sentence ?? "");
      return `#${proposal.index} ${proposal.id} ${proposal.state}: ${title}. ${nextStep(proposal, now)}`;
    });
    printResult(json, proposals, lines.length === 0 ? ["There are no proposals yet."] : lines);
  });
}

export default plainFailure(list);
