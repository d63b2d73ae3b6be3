import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { auditRoles } from "../../scripts/gov/audit.ts";
import { renderTable } from "../../scripts/lib/table.ts";
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
    const roleRows = audit.roles.map(({ role, holders, functions }) => {
      return [role, holders.join("\n"), functions.join(", ")];
    });
    const delayRows = audit.delays.map(({ decision, waits, functions }) => [decision, waits, functions.join(", ")]);
    const roleTable = renderTable(["role", "holders", "opens"], roleRows, { widths: [14, 46, 60], ruled: true });
    const delayTable = renderTable(["class", "waits", "decisions that call"], delayRows, {
      widths: [14, 14, 92],
      ruled: true,
    });
    printResult(json, audit, [roleTable, delayTable, audit.guardian.sentence]);
    if (audit.problems.length > 0) {
      throw new UserError(`The chain is not what the tables say: ${audit.problems.join("; ")}.`);
    }
  });
}

export default plainFailure(roles);
