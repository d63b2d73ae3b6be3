import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readRepositories, searchRepositories } from "../../scripts/hub/read.ts";
import { repositoryLines } from "../../scripts/hub/words.ts";
import { withHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface SearchArguments {
  readonly words: string[];
  readonly records: string;
  readonly json: boolean;
}

async function search({ words, records, json }: SearchArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withHub(hre, records, async (view) => {
    const found = searchRepositories(await readRepositories(view), words.join(" "));
    const lines = found.flatMap(repositoryLines);
    printResult(json, found, lines.length === 0 ? ["No repository has all of these words."] : lines);
  });
}

export default plainFailure(search);
