import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareProfileProposal } from "../../scripts/gov/propose.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ProposeArguments extends ActArguments {
  readonly profile: string;
}

async function propose(args: ProposeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readProfile(args.profile);
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareProfileProposal(view, sender, file);
    return { call, result: { proposalId: call.proposalId, description: call.description } };
  });
}

export default plainFailure(propose);
