import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress } from "viem";

import { prepareDelegate } from "../../scripts/hub/manage.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DelegateArguments extends ActArguments {
  readonly name: string;
  readonly delegate: string;
}

async function setDelegate(args: DelegateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { name, delegate: text } = args;
  if (text !== "none" && !isAddress(text)) throw new UserError(`"${text}" is neither an address nor none.`);
  const delegate = isAddress(text) ? getAddress(text) : null;
  await performAct(hre, args, async (view, sender) => {
    return { call: await prepareDelegate(view, sender, name, delegate), result: { name, delegate } };
  });
}

export default plainFailure(setDelegate);
