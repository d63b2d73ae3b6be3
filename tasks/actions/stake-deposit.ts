import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { parseValue } from "../../scripts/gov/settings.ts";
import { prepareDeposit } from "../../scripts/stake/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DepositArguments extends ActArguments {
  readonly operator: string;
  readonly amount: string;
}

async function deposit(args: DepositArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  const amount = parseValue(args.amount, "opg");
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareDeposit(view, sender, operator, amount),
    result: { operator, amount },
  }));
}

export default plainFailure(deposit);
