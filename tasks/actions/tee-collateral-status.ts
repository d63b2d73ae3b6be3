import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { chainTime } from "../../scripts/gov/proposals.ts";
import { moment } from "../../scripts/gov/words.ts";
import { readCollateral } from "../../scripts/tee/collateral.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatusArguments {
  readonly file: string;
  readonly records: string;
  readonly json: boolean;
}

async function status({ file, records, json }: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const now = await chainTime(view);
    const steps = await readCollateral(view, file);
    const rows = steps.map(({ title, present, expiresAt }) => ({ title, present, expiresAt }));
    const lines = rows.map(({ title, present, expiresAt }) => {
      const end = expiresAt === 0n ? "" : `; the chain's ends ${moment(expiresAt, now)}`;
      return `${present ? "present" : "MISSING"}  ${title}${end}`;
    });
    printResult(json, rows, lines);
  });
}

export default plainFailure(status);
