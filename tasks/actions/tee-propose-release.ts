import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareReleaseProposal } from "../../scripts/gov/propose.ts";
import { readRelease } from "../../scripts/gov/releases.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ProposeArguments extends ActArguments {
  readonly file: string;
}

async function propose(args: ProposeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readRelease(args.file);
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareReleaseProposal(view, sender, file);
    return { call, result: { proposalId: call.proposalId, description: call.description } };
  });
}

export default plainFailure(propose);
