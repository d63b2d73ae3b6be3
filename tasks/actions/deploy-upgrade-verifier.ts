import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { nextUpgradeStep } from "../../scripts/gov/upgrade-verifier.ts";
import { parametersOf } from "../lib/chain.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface UpgradeArguments extends ActArguments {
  readonly contract: string;
  readonly source: string;
  readonly noBuild: boolean;
}

async function upgrade(args: UpgradeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  if (!args.noBuild) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  await performAct(hre, args, async (view, sender, chain) => {
    const sources = { parameters: parametersOf(chain), artifacts: artifactsIn(hre.config.paths.artifacts) };
    const { call, ...result } = await nextUpgradeStep(view, sender, sources, args.contract, args.source);
    return { call, result };
  });
}

export default plainFailure(upgrade);
