import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareDraw } from "../../scripts/jury/courts.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { disputeFrom } from "../lib/jury-arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DrawArguments extends ActArguments {
  readonly dispute: string;
}

async function draw(args: DrawArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const dispute = disputeFrom(args.dispute);
  await performAct(hre, args, async (view) => ({ call: await prepareDraw(view, dispute), result: { dispute } }));
}

export default plainFailure(draw);
