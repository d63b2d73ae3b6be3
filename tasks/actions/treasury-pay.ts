import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { paymentDraft } from "../../scripts/gov/drafts.ts";
import { parseValue } from "../../scripts/gov/settings.ts";
import { addressFrom } from "../lib/arguments.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { proposeDraft } from "../lib/gov-propose.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface PayArguments extends ActArguments {
  readonly to: string;
  readonly amount: string;
  readonly reason: string;
}

async function pay(args: PayArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const to = addressFrom(args.to, "an account to pay");
  const amount = parseValue(args.amount, "opg");
  await proposeDraft(hre, args, (view) => paymentDraft(view, to, amount, args.reason));
}

export default plainFailure(pay);
