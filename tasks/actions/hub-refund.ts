import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareRefund } from "../../scripts/hub/manage.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RefundArguments extends ActArguments {
  readonly name: string;
}

async function refund(args: RefundArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { name } = args;
  await performAct(hre, args, async (view) => {
    const { timestamp } = await view.publicClient.getBlock();
    return { call: await prepareRefund(view, timestamp, name), result: { name } };
  });
}

export default plainFailure(refund);
