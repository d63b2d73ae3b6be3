import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareYank } from "../../scripts/hub/manage.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface YankArguments extends ActArguments {
  readonly name: string;
  readonly reason: string;
}

async function yank(args: YankArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { name, reason } = args;
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareYank(view, sender, name, reason);
    return { call, result: { name: call.release.name, releaseId: call.release.id, yanked: true, reason } };
  });
}

export default plainFailure(yank);
