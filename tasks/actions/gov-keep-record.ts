import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { prepareRecord } from "../../scripts/gov/override.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RecordArguments extends ActArguments {
  readonly operator: string;
}

async function keepRecord(args: RecordArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareRecord(view, sender, operator),
    result: { operator },
  }));
}

export default plainFailure(keepRecord);
