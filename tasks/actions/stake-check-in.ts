import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareCheckIn } from "../../scripts/stake/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface CheckInArguments extends ActArguments {
  readonly operator: string;
}

async function checkIn(args: CheckInArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  await performAct(hre, args, async (view, sender) => {
    const { hour, ...call } = await prepareCheckIn(view, sender, operator);
    return { call, result: { operator, hour } };
  });
}

export default plainFailure(checkIn);
