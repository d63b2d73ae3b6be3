import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { assessEvidence, contradictionLines } from "../../scripts/challenges/equivocation.ts";
import { evidenceOf, readSources } from "../../scripts/challenges/evidence.ts";
import { chainTime } from "../../scripts/gov/proposals.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface AssessArguments {
  readonly first: string;
  readonly second: string;
  readonly records: string;
  readonly json: boolean;
}

async function assess(
  { first, second, records, json }: AssessArguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  const sources = await readSources(first, second);
  await withGovernance(hre, records, async (view) => {
    const assessment = await assessEvidence(view, await evidenceOf(view, sources));
    const lines = assessment.contradiction
      ? contradictionLines(assessment, await chainTime(view))
      : [`They prove nothing: ${assessment.flaw}.`];
    printResult(json, assessment, lines);
  });
}

export default plainFailure(assess);
