import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { verifierDraft } from "../../scripts/gov/drafts.ts";
import { addressFrom } from "../lib/arguments.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { proposeDraft } from "../lib/gov-propose.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface SetArguments extends ActArguments {
  readonly address: string;
  readonly source: string;
}

async function set(args: SetArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const verifier = addressFrom(args.address, "a verifier");
  await proposeDraft(hre, args, (view) => verifierDraft(view, verifier, args.source));
}

export default plainFailure(set);
