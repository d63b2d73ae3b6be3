import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readPackage } from "../../scripts/zkml/package-files.ts";
import { prepareExecutor, prepareKey } from "../../scripts/zkml/register.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RegisterArguments extends ActArguments {
  readonly folder: string;
  readonly executor: boolean;
}

async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const model = readPackage(args.folder);
  await performAct(hre, args, async (view) => {
    if (!args.executor)
      return { call: await prepareKey(view, model), result: { name: model.name, keyId: model.keyId } };
    const call = await prepareExecutor(view, model);
    return { call, result: { name: model.name, modelId: call.modelId } };
  });
}

export default plainFailure(register);
