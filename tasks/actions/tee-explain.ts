import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { rolesOf } from "../../scripts/stake/acts.ts";
import { acceleratorAssurance, explainEnclave } from "../../scripts/tee/enclaves.ts";
import { ruleLines } from "../../scripts/tee/rules.ts";
import { idFrom, secondsFrom } from "../lib/arguments.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { withEnclaves } from "../lib/tee-view.ts";
import { printResult } from "../lib/terminal.ts";

interface ExplainArguments {
  readonly enclave: string;
  readonly role: string;
  readonly at: string;
  readonly records: string;
  readonly json: boolean;
}

const ASSURANCES = {
  MEASURED_CODE: "Its accelerators were verified by its own code.",
  NVIDIA_TOKEN: "Its accelerators were verified by its own code and vouched for by NVIDIA, from when its age counts.",
} as const;

async function explain(args: ExplainArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const roles = rolesOf(args.role);
  const enclaveId = idFrom(args.enclave, "an enclave, see tee list");
  await withEnclaves(hre, args.records, async (view, now) => {
    const at = args.at === "" ? now : secondsFrom(args.at);
    const rules = await explainEnclave(view, enclaveId, roles, at);
    const assurance = await acceleratorAssurance(view, enclaveId);
    const serving = rules.every(({ holds }) => holds);
    const verdict = `It may ${serving ? "" : "not "}serve ${args.role.toUpperCase()}.`;
    printResult(args.json, { enclaveId, at, serving, rules, assurance: assurance ?? "NONE" }, [
      ...ruleLines(rules),
      ...(assurance === undefined ? [] : [ASSURANCES[assurance]]),
      verdict,
    ]);
  });
}

export default plainFailure(explain);
