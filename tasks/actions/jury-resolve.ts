import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareResolve } from "../../scripts/jury/courts.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { disputeFrom } from "../lib/jury-arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ResolveArguments extends ActArguments {
  readonly dispute: string;
}

async function resolve(args: ResolveArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const dispute = disputeFrom(args.dispute);
  await performAct(hre, args, async (view) => ({ call: await prepareResolve(view, dispute), result: { dispute } }));
}

export default plainFailure(resolve);
