import Table from "cli-table3";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { auditRoles } from "../../scripts/gov/audit.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface RolesArguments {
  readonly records: string;
  readonly json: boolean;
}

async function roles({ records, json }: RolesArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const audit = await auditRoles(view);
    const table = new Table({ head: ["role", "holders", "opens"], colWidths: [14, 40, 60], wordWrap: true });
    for (const { role, holders, functions } of audit.roles)
      table.push([role, holders.join("\n"), functions.join(", ")]);
    const delays = new Table({
      head: ["class", "waits", "decisions that call"],
      colWidths: [14, 14, 86],
      wordWrap: true,
    });
    for (const { decision, waits, functions } of audit.delays) delays.push([decision, waits, functions.join(", ")]);
    printResult(json, audit, [table.toString(), delays.toString(), audit.guardian.sentence]);
    if (audit.problems.length > 0) {
      throw new UserError(`The chain is not what the tables say: ${audit.problems.join("; ")}.`);
    }
  });
}

export default plainFailure(roles);
