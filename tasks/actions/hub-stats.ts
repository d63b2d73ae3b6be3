import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readReleaseEarnings, readReleases, readRepository, readTotals } from "../../scripts/hub/read.ts";
import { earningsLine } from "../../scripts/hub/words.ts";
import { withHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatsArguments {
  readonly name: string;
  readonly records: string;
  readonly json: boolean;
}

async function stats({ name, records, json }: StatsArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withHub(hre, records, async (view, now) => {
    const repository = await readRepository(view, name);
    const releases = await readReleaseEarnings(view, await readReleases(view, repository.id));
    const totals = await readTotals(view, repository);
    printResult(json, { name, ...totals.repository, publisher: totals.publisher, releases }, [
      ...releases.map((release) => earningsLine(release.name, release, now)),
      earningsLine(`${name} in all`, totals.repository, now),
      earningsLine(`everything of ${repository.owner}`, totals.publisher, now),
    ]);
  });
}

export default plainFailure(stats);
