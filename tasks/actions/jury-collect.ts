import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareCollect } from "../../scripts/jury/courts.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { disputeFrom, jurorFrom } from "../lib/jury-arguments.ts";
import { performActs } from "../lib/multi-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface CollectArguments extends ActArguments {
  readonly dispute: string;
  readonly juror: string;
}

async function collect(args: CollectArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const dispute = disputeFrom(args.dispute);
  const juror = jurorFrom(args.juror);
  await performActs(hre, args, async (view, sender) => {
    const { calls, fees, amount } = await prepareCollect(view, sender, dispute, juror);
    return { calls, result: { dispute, fees, amount } };
  });
}

export default plainFailure(collect);
