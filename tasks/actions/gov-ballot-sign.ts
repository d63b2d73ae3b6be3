import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { choiceFrom } from "../../scripts/gov/acts.ts";
import { signBallot } from "../../scripts/gov/ballots.ts";
import { resolveProposal } from "../../scripts/gov/proposals.ts";
import { addressFrom } from "../lib/arguments.ts";
import { clientsAt } from "../lib/chain.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface SignArguments {
  readonly proposal: string;
  readonly choice: string;
  readonly operator: string;
  readonly account: number;
  readonly records: string;
}

async function sign(args: SignArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const choice = choiceFrom(args.choice);
  const operator = args.operator === "" ? undefined : addressFrom(args.operator, "an operator");
  await withGovernance(hre, args.records, async (view, chain) => {
    const proposalId = await resolveProposal(view, args.proposal);
    const clients = await clientsAt(chain, args.account);
    // A ballot is for a file, so it is JSON in any case.
    printResult(true, await signBallot(view, clients, { proposalId, choice, operator }), []);
  });
}

export default plainFailure(sign);
