import Table from "cli-table3";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readSettings } from "../../scripts/gov/settings.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ListArguments {
  readonly records: string;
  readonly json: boolean;
}

async function list({ records, json }: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const settings = await readSettings(view);
    const table = new Table({ head: ["params set …", "contract", "now"] });
    for (const { usage, contract, values } of settings) {
      table.push([usage, contract, values?.map(({ name, text }) => `${name} ${text}`).join(", ") ?? ""]);
    }
    printResult(json, settings, [table.toString()]);
  });
}

export default plainFailure(list);
