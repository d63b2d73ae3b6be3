import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareAppeal } from "../../scripts/jury/parties.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { disputeFrom } from "../lib/jury-arguments.ts";
import { performActs } from "../lib/multi-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface AppealArguments extends ActArguments {
  readonly dispute: string;
}

async function appeal(args: AppealArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const dispute = disputeFrom(args.dispute);
  await performActs(hre, args, async (view, sender) => {
    const { calls, deposit } = await prepareAppeal(view, sender, dispute);
    return { calls, result: { dispute, deposit } };
  });
}

export default plainFailure(appeal);
