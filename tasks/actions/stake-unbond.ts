import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { parseValue } from "../../scripts/gov/settings.ts";
import { prepareUnbonding } from "../../scripts/stake/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface UnbondArguments extends ActArguments {
  readonly operator: string;
  readonly amount: string;
}

async function unbond(args: UnbondArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  const amount = parseValue(args.amount, "opg");
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareUnbonding(view, sender, operator, amount),
    result: { operator, amount },
  }));
}

export default plainFailure(unbond);
