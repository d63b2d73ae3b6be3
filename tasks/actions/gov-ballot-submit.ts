import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareBallot, readBallot } from "../../scripts/gov/ballots.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface SubmitArguments extends ActArguments {
  readonly file: string;
}

async function submit(args: SubmitArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const ballot = await readBallot(args.file);
  await performAct(hre, args, async (view) => ({
    call: await prepareBallot(view, ballot),
    result: { proposalId: ballot.proposalId, voter: ballot.voter, choice: ballot.choice },
  }));
}

export default plainFailure(submit);
