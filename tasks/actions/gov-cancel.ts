import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareCancel } from "../../scripts/gov/acts.ts";
import { resolveProposal } from "../../scripts/gov/proposals.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface CancelArguments extends ActArguments {
  readonly proposal: string;
}

async function cancel(args: CancelArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await performAct(hre, args, async (view, sender) => {
    const proposalId = await resolveProposal(view, args.proposal);
    return { call: await prepareCancel(view, sender, proposalId), result: { proposalId } };
  });
}

export default plainFailure(cancel);
