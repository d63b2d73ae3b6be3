import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { guardianCall } from "../../scripts/gov/guardian.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { actOrPropose } from "../lib/guardian-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface GuardianArguments extends ActArguments {
  readonly function: string;
  readonly values: readonly string[];
  readonly propose: boolean;
}

async function act(args: GuardianArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await performAct(hre, args, async (view, sender) => {
    const call = guardianCall(view, args.function, args.values);
    return actOrPropose(view, sender, call, args.propose, { function: args.function, values: args.values });
  });
}

export default plainFailure(act);
