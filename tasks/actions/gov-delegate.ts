import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareDelegation } from "../../scripts/gov/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DelegateArguments extends ActArguments {
  readonly delegatee: string;
}

async function delegate(args: DelegateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const delegatee = addressFrom(args.delegatee, "an account");
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareDelegation(view, sender, delegatee),
    result: { delegatee },
  }));
}

export default plainFailure(delegate);
