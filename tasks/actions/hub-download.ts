import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { openStore } from "../../nodes/storage/open-store.ts";
import { download } from "../../scripts/hub/download.ts";
import { sizeText, startBar } from "../../scripts/hub/progress.ts";
import { readFiles, readRelease, resolveRelease } from "../../scripts/hub/read.ts";
import { judgeSchema } from "../../scripts/hub/schema.ts";
import { withHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface DownloadArguments {
  readonly name: string;
  readonly to: string | undefined;
  readonly store: string;
  readonly records: string;
  readonly json: boolean;
}

async function fetchRelease(args: DownloadArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const store = openStore(args.store);
  await withHub(hre, args.records, async (view) => {
    const release = await readRelease(view, await resolveRelease(view, args.name));
    if (release.deprecated) say(`${release.name} is deprecated by its publisher.`);
    if (release.yanked) say(`${release.name} was withdrawn by its publisher.`);
    const files = await readFiles(view, release);
    const folder = args.to ?? release.name.replace("/", "-").replace("@", "-");
    const bytes = files.reduce((sum, { size }) => sum + Number(size), 0);
    const bar = startBar(`Fetching ${release.name}`, bytes);
    try {
      await download(store, files, folder, bar.advance);
    } finally {
      bar.end();
    }
    const remark = await judgeSchema(folder, release);
    if (remark !== undefined) say(remark);
    printResult(args.json, { name: release.name, releaseId: release.id, folder, files }, [
      `${release.name}: ${files.length} files (${sizeText(bytes)}) in ${folder}, each as the chain says.`,
    ]);
  });
}

export default plainFailure(fetchRelease);
