import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { settingDraft } from "../../scripts/gov/settings.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { proposeDraft } from "../lib/gov-propose.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface SetArguments extends ActArguments {
  readonly name: string;
  readonly values: readonly string[];
  readonly source: string;
}

async function set(args: SetArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await proposeDraft(hre, args, (view) => settingDraft(view, args.name, args.values, args.source));
}

export default plainFailure(set);
