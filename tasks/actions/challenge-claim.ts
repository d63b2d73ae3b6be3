import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareBounty } from "../../scripts/challenges/equivocation.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

async function claim(args: ActArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareBounty(view, sender);
    return { call, result: { amount: call.amount } };
  });
}

export default plainFailure(claim);
