import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareRetirement } from "../../scripts/hub/manage.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RetireArguments extends ActArguments {
  readonly name: string;
}

async function retire(args: RetireArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { name } = args;
  await performAct(hre, args, async (view, sender) => {
    return { call: await prepareRetirement(view, sender, name), result: { name, retired: true } };
  });
}

export default plainFailure(retire);
