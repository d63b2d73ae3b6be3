import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareArgument } from "../../scripts/jury/parties.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { disputeFrom } from "../lib/jury-arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ArgueArguments extends ActArguments {
  readonly dispute: string;
  readonly uri: string;
}

async function argue(args: ArgueArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const dispute = disputeFrom(args.dispute);
  const { uri } = args;
  await performAct(hre, args, async (view) => ({
    call: await prepareArgument(view, dispute, uri),
    result: { dispute, uri },
  }));
}

export default plainFailure(argue);
