import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { descriptionOf } from "../../scripts/gov/propose.ts";
import { draftOf, readProposalFile } from "../../scripts/gov/proposal-file.ts";
import { readProposal, resolveProposal } from "../../scripts/gov/proposals.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface VerifyArguments {
  readonly proposal: string;
  readonly file: string;
  readonly records: string;
  readonly json: boolean;
}

async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readProposalFile(args.file);
  await withGovernance(hre, args.records, async (view) => {
    const proposal = await readProposal(view, await resolveProposal(view, args.proposal));
    const draft = draftOf(file, view.addresses);
    const problems: string[] = [];
    if (file.chainId !== view.publicClient.chain.id) problems.push(`the file is for chain ${file.chainId}`);
    if (draft.actions.length !== proposal.actions.length) {
      problems.push(`it makes ${proposal.actions.length} call(s), the file ${draft.actions.length}`);
    }
    for (const [index, { to, data, value }] of draft.actions.entries()) {
      const actual = proposal.actions[index];
      if (actual === undefined) continue;
      const same = actual.target === to && actual.calldata === data.toLowerCase() && actual.value === (value ?? 0n);
      if (!same) problems.push(`call ${index + 1} is another: ${actual.sentence}`);
    }
    if (proposal.description === null) problems.push("its text was not found on this node");
    else if (proposal.description !== descriptionOf(draft, proposal.proposer)) problems.push("its text is another");
    if (problems.length > 0) {
      throw new UserError(`Proposal #${proposal.index} is not what ${args.file} says: ${problems.join("; ")}.`);
    }
    const result = { proposalId: proposal.id, file: args.file, same: true };
    printResult(args.json, result, [`Proposal #${proposal.index} is exactly what ${args.file} says.`]);
  });
}

export default plainFailure(verify);
