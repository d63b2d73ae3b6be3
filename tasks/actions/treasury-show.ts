import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { treasuryBalance } from "../../scripts/gov/drafts.ts";
import { opg } from "../../scripts/gov/words.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ShowArguments {
  readonly records: string;
  readonly json: boolean;
}

async function show({ records, json }: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const balance = await treasuryBalance(view);
    const timelock = view.addresses.TimelockController;
    printResult(json, { timelock, balance }, [`The timelock ${timelock} has ${opg(balance)}; a vote can pay it out.`]);
  });
}

export default plainFailure(show);
