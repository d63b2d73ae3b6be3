import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readFiles, readRelease, readReleases, readRepository, resolveRelease } from "../../scripts/hub/read.ts";
import { releaseLine, releaseLines, repositoryLines } from "../../scripts/hub/words.ts";
import { withHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ShowArguments {
  readonly name: string;
  readonly records: string;
  readonly json: boolean;
}

async function show({ name, records, json }: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withHub(hre, records, async (view, now) => {
    // A plain name is the repository, of which there may be no stable release yet.
    if (name.includes("/") && !name.includes("@")) {
      const repository = await readRepository(view, name);
      const releases = await readReleases(view, repository.id);
      const lines = releases.map((release) => `  ${releaseLine(release, now)}`);
      printResult(json, { ...repository, releases }, [...repositoryLines(repository), ...lines]);
      return;
    }
    const release = await readRelease(view, await resolveRelease(view, name));
    const files = await readFiles(view, release);
    printResult(json, { ...release, files }, releaseLines(release, files, now));
  });
}

export default plainFailure(show);
