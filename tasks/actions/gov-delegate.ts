import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareDelegation } from "../../scripts/gov/acts.ts";
import { prepareWalletDelegation } from "../../scripts/gov/wallet.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DelegateArguments extends ActArguments {
  readonly delegatee: string;
  readonly wallet: boolean;
}

async function delegate(args: DelegateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const delegatee = addressFrom(args.delegatee, "an account");
  const { wallet } = args;
  const prepare = wallet ? prepareWalletDelegation : prepareDelegation;
  await performAct(hre, args, async (view, sender) => ({
    call: await prepare(view, sender, delegatee),
    result: { delegatee, wallet },
  }));
}

export default plainFailure(delegate);
