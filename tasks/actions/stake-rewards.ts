import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareRewards } from "../../scripts/stake/acts.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { addressFrom } from "../lib/arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RewardsArguments extends ActArguments {
  readonly operator: string;
}

async function rewards(args: RewardsArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  await performAct(hre, args, async (view, sender) => {
    const { amount, ...call } = await prepareRewards(view, sender, operator);
    return { call, result: { operator, amount } };
  });
}

export default plainFailure(rewards);
