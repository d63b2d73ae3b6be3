import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { choiceFrom, prepareVote } from "../../scripts/gov/acts.ts";
import { resolveProposal } from "../../scripts/gov/proposals.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface VoteArguments extends ActArguments {
  readonly proposal: string;
  readonly choice: string;
  readonly reason: string;
}

async function vote(args: VoteArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const choice = choiceFrom(args.choice);
  await performAct(hre, args, async (view, sender) => {
    const proposalId = await resolveProposal(view, args.proposal);
    const call = await prepareVote(view, sender, proposalId, choice, args.reason);
    return { call, result: { proposalId, choice, reason: args.reason } };
  });
}

export default plainFailure(vote);
