import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareQueue } from "../../scripts/gov/acts.ts";
import { resolveProposal } from "../../scripts/gov/proposals.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface QueueArguments extends ActArguments {
  readonly proposal: string;
}

async function queue(args: QueueArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await performAct(hre, args, async (view) => {
    const proposalId = await resolveProposal(view, args.proposal);
    return { call: await prepareQueue(view, proposalId), result: { proposalId } };
  });
}

export default plainFailure(queue);
