import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { parseValue } from "../../scripts/gov/settings.ts";
import { prepareApproval } from "../../scripts/stake/acts.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ApproveArguments extends ActArguments {
  readonly amount: string;
}

async function approve(args: ApproveArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const amount = parseValue(args.amount, "opg");
  await performAct(hre, args, (view) => Promise.resolve({ call: prepareApproval(view, amount), result: { amount } }));
}

export default plainFailure(approve);
