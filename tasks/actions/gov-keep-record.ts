import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress } from "viem";

import { prepareRecord } from "../../scripts/gov/override.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RecordArguments extends ActArguments {
  readonly operator: string;
}

async function keepRecord(args: RecordArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  if (!isAddress(args.operator)) throw new UserError(`"${args.operator}" is not the address of an operator.`);
  const operator = getAddress(args.operator);
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareRecord(view, sender, operator),
    result: { operator },
  }));
}

export default plainFailure(keepRecord);
