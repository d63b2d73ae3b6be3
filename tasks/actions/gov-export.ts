import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readProposal, resolveProposal } from "../../scripts/gov/proposals.ts";
import { exportProposal } from "../lib/gov-subject.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ExportArguments {
  readonly proposal: string;
  readonly records: string;
}

async function exportFile(args: ExportArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, args.records, async (view) => {
    const proposal = await readProposal(view, await resolveProposal(view, args.proposal));
    // The file is JSON in any case.
    printResult(true, exportProposal(view, proposal), []);
  });
}

export default plainFailure(exportFile);
