import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareReveal } from "../../scripts/jury/votes.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { disputeFrom, jurorFrom } from "../lib/jury-arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RevealArguments extends ActArguments {
  readonly dispute: string;
  readonly juror: string;
  readonly state: string;
}

async function reveal(args: RevealArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const wish = { id: disputeFrom(args.dispute), juror: jurorFrom(args.juror), state: args.state };
  await performAct(hre, args, async (view, sender) => {
    const { call, sealed } = await prepareReveal(view, sender, wish);
    const { id: dispute, round, juror, vote } = sealed;
    return { call, result: { dispute, round, juror, vote } };
  });
}

export default plainFailure(reveal);
