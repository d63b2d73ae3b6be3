import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareDeprecation } from "../../scripts/hub/manage.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DeprecateArguments extends ActArguments {
  readonly name: string;
  readonly reason: string;
  readonly undo: boolean;
}

async function deprecate(args: DeprecateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { name, reason, undo } = args;
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareDeprecation(view, sender, name, !undo, reason);
    return { call, result: { name: call.release.name, releaseId: call.release.id, deprecated: !undo, reason } };
  });
}

export default plainFailure(deprecate);
