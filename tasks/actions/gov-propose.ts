import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { draftOf, readProposalFile } from "../../scripts/gov/proposal-file.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { proposeDraft } from "../lib/gov-propose.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface ProposeArguments extends ActArguments {
  readonly file: string;
}

async function propose(args: ProposeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readProposalFile(args.file);
  await proposeDraft(hre, args, ({ publicClient, addresses }) => {
    const chainId = publicClient.chain.id;
    if (file.chainId !== chainId) {
      throw new UserError(`${args.file} is for chain ${file.chainId}, and this is chain ${chainId}. Check --network.`);
    }
    return draftOf(file, addresses);
  });
}

export default plainFailure(propose);
