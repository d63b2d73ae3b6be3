import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readRepositories } from "../../scripts/hub/read.ts";
import { repositoryLines } from "../../scripts/hub/words.ts";
import { withHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ListArguments {
  readonly records: string;
  readonly json: boolean;
}

async function list({ records, json }: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withHub(hre, records, async (view) => {
    const repositories = await readRepositories(view);
    const lines = repositories.flatMap(repositoryLines);
    printResult(json, repositories, lines.length === 0 ? ["Nothing is published yet."] : lines);
  });
}

export default plainFailure(list);
