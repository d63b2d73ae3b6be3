import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { judgeRegistration } from "../../scripts/tee/acts.ts";
import { readGpuToken } from "../../scripts/tee/gpu-token.ts";
import { readRegistration } from "../../scripts/tee/registration-file.ts";
import { ruleLines } from "../../scripts/tee/rules.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface AssessArguments {
  readonly file: string;
  readonly gpuToken: string;
  readonly records: string;
  readonly json: boolean;
}

async function assessFile(args: AssessArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { file, gpuToken, records, json } = args;
  const tokens = gpuToken === "" ? undefined : await readGpuToken(gpuToken);
  const registration = await readRegistration(file);
  await withGovernance(hre, records, async (view) => {
    const rules = await judgeRegistration(view, registration, tokens);
    const accepted = rules.every(({ holds }) => holds);
    const verdict = `The evidence would ${accepted ? "" : "not "}be accepted.`;
    printResult(json, { accepted, rules }, ["pass  the evidence is genuine", ...ruleLines(rules), verdict]);
  });
}

export default plainFailure(assessFile);
