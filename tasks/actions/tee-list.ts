import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { moment } from "../../scripts/gov/words.ts";
import { rolesOf } from "../../scripts/stake/acts.ts";
import { listEnclaves } from "../../scripts/tee/enclaves.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { withEnclaves } from "../lib/tee-view.ts";
import { printResult } from "../lib/terminal.ts";

interface ListArguments {
  readonly role: string;
  readonly records: string;
  readonly json: boolean;
}

async function list({ role, records, json }: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const roles = rolesOf(role);
  await withEnclaves(hre, records, async (view, now) => {
    const enclaves = await listEnclaves(view, roles);
    const lines = enclaves.map(
      ({ enclaveId, operator, serving, validUntil, lastSeen }) =>
        `${enclaveId} of ${operator}: ${serving ? "serving" : "not serving"}, ` +
        `valid until ${moment(BigInt(validUntil), now)}, last seen ${moment(BigInt(lastSeen), now)}`,
    );
    printResult(json, enclaves, lines.length === 0 ? ["There are no enclaves yet."] : lines);
  });
}

export default plainFailure(list);
