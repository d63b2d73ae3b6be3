import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareVote, voteFrom } from "../../scripts/jury/votes.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { disputeFrom, jurorFrom } from "../lib/jury-arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface VoteArguments extends ActArguments {
  readonly dispute: string;
  readonly vote: string;
  readonly juror: string;
  readonly state: string;
}

async function vote(args: VoteArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { state, dryRun } = args;
  const wish = {
    id: disputeFrom(args.dispute),
    vote: voteFrom(args.vote),
    juror: jurorFrom(args.juror),
    state,
    dryRun,
  };
  await performAct(hre, args, async (view, sender) => {
    const { call, sealed, file } = await prepareVote(view, sender, wish);
    const { id: dispute, round, juror, commitment } = sealed;
    return { call, result: { dispute, round, juror, commitment, file } };
  });
}

export default plainFailure(vote);
