import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { opg } from "../../scripts/gov/words.ts";
import { readEarnings, readReleases, readRepository } from "../../scripts/hub/read.ts";
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
    const releases = await readEarnings(view, await readReleases(view, repository.id));
    const sum = (amount: (release: (typeof releases)[number]) => bigint): bigint =>
      releases.reduce((total, release) => total + amount(release), 0n);
    const total = { calls: sum((r) => r.calls), gross: sum((r) => r.gross), net: sum((r) => r.net) };
    printResult(json, { name, ...total, releases }, [
      ...releases.map((release) => earningsLine(release, now)),
      `${name} in all: ${total.calls} calls, gross ${opg(total.gross)}, net ${opg(total.net)}`,
    ]);
  });
}

export default plainFailure(stats);
