import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareResignation } from "../../scripts/gov/guardian.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

async function resign(args: ActArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await performAct(hre, args, async (view, sender) => ({ call: await prepareResignation(view, sender), result: {} }));
}

export default plainFailure(resign);
