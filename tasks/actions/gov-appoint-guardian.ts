import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { appointmentDraft } from "../../scripts/gov/drafts.ts";
import { addressFrom, secondsFrom } from "../lib/arguments.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { proposeDraft } from "../lib/gov-propose.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface AppointArguments extends ActArguments {
  readonly keeper: string;
  readonly until: string;
}

async function appoint(args: AppointArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const keeper = addressFrom(args.keeper, "a keeper");
  const until = secondsFrom(args.until);
  await proposeDraft(hre, args, (view) => appointmentDraft(view, keeper, until));
}

export default plainFailure(appoint);
