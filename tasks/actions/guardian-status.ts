import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { GUARDIAN_FUNCTIONS, readGuardian } from "../../scripts/gov/guardian.ts";
import { chainTime } from "../../scripts/gov/proposals.ts";
import { moment } from "../../scripts/gov/words.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatusArguments {
  readonly records: string;
  readonly json: boolean;
}

async function status({ records, json }: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const [{ keeper, expiresAt }, now] = await Promise.all([readGuardian(view), chainTime(view)]);
    const active = expiresAt > now;
    printResult(json, { keeper, expiresAt, active, functions: GUARDIAN_FUNCTIONS }, [
      `The guardian's keeper is ${keeper}; the term ${active ? "ends" : "ended"} ${moment(expiresAt, now)}.`,
      ...(active ? ["Open to him:", ...GUARDIAN_FUNCTIONS.map((name) => `  ${name}`)] : ["Nothing is open to him."]),
    ]);
  });
}

export default plainFailure(status);
