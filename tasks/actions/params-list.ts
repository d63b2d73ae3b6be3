import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readSettings } from "../../scripts/gov/settings.ts";
import { renderTable } from "../../scripts/lib/table.ts";
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
    const rows = settings.map(({ usage, contract, values }) => {
      return [usage, contract, values?.map(({ name, text }) => `${name} ${text}`).join(", ") ?? ""];
    });
    printResult(json, settings, [renderTable(["params set …", "contract", "now"], rows)]);
  });
}

export default plainFailure(list);
