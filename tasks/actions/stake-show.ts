import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readStake, stakeLines } from "../../scripts/stake/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { accountAt } from "../lib/chain.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ShowArguments {
  readonly operator: string;
  readonly account: number;
  readonly records: string;
  readonly json: boolean;
}

async function show(args: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const operator = addressFrom(args.operator, "an operator");
  await withGovernance(hre, args.records, async (view, chain) => {
    const stake = await readStake(view, operator, await accountAt(chain.provider, args.account));
    printResult(args.json, stake, stakeLines(stake));
  });
}

export default plainFailure(show);
