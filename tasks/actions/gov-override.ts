import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { choiceFrom } from "../../scripts/gov/acts.ts";
import { prepareOverride } from "../../scripts/gov/override.ts";
import { resolveProposal } from "../../scripts/gov/proposals.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface OverrideArguments extends ActArguments {
  readonly proposal: string;
  readonly operator: string;
  readonly choice: string;
  readonly reason: string;
}

async function override(args: OverrideArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const choice = choiceFrom(args.choice);
  const operator = addressFrom(args.operator, "an operator");
  await performAct(hre, args, async (view, sender) => {
    const proposalId = await resolveProposal(view, args.proposal);
    const call = await prepareOverride(view, sender, { proposalId, operator, choice, reason: args.reason });
    return { call, result: { proposalId, operator, choice, reason: args.reason } };
  });
}

export default plainFailure(override);
