import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareClaim } from "../../scripts/stake/acts.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { addressFrom } from "../lib/arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ClaimArguments extends ActArguments {
  readonly operator: string;
}

async function claim(args: ClaimArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  await performAct(hre, args, async (view, sender) => {
    const { amount, ...call } = await prepareClaim(view, sender, operator);
    return { call, result: { operator, amount } };
  });
}

export default plainFailure(claim);
