import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { nextStep, proposalLines } from "../../scripts/gov/proposal-words.ts";
import { chainTime, readProposal, resolveProposal, type Proposal } from "../../scripts/gov/proposals.ts";
import { moment, opg, printable } from "../../scripts/gov/words.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatusArguments {
  readonly proposal: string;
  readonly records: string;
  readonly json: boolean;
}

function statusLines(proposal: Proposal, now: bigint): readonly string[] {
  const { tally, description, snapshot, deadline, proposer } = proposal;
  const reached = tally.for + tally.abstain >= tally.quorum ? "reached" : "not reached";
  return [
    ...proposalLines(proposal),
    ...(description ?? "").split("\n").slice(1).map(printable),
    `Proposed by ${proposer}`,
    `Votes counted as of ${moment(snapshot, now)}, open until ${moment(deadline, now)}`,
    `For ${opg(tally.for)}, against ${opg(tally.against)}, abstain ${opg(tally.abstain)}`,
    `Quorum ${opg(tally.quorum)}: ${reached}`,
    nextStep(proposal, now),
  ].filter((line) => line !== "");
}

async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, args.records, async (view) => {
    const proposal = await readProposal(view, await resolveProposal(view, args.proposal));
    const now = await chainTime(view);
    printResult(args.json, { ...proposal, now, next: nextStep(proposal, now) }, statusLines(proposal, now));
  });
}

export default plainFailure(status);
