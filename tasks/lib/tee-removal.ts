import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Address } from "viem";

import { prepareProposal } from "../../scripts/gov/acts.ts";
import { asGuardian } from "../../scripts/gov/guardian.ts";
import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import type { PreparedCall } from "../../scripts/gov/send.ts";
import { idFrom, prepareDeprecation, prepareRemoval, secondsFrom, type Removable } from "../../scripts/tee/acts.ts";
import { performAct, type ActArguments, type PlannedAct } from "./gov-act.ts";
import { plainFailure } from "./plain-failure.ts";

interface RemovalArguments extends ActArguments {
  readonly id: string;
  readonly since: string;
  readonly reason: string;
  readonly propose: boolean;
}

interface DeprecationArguments extends ActArguments {
  readonly id: string;
  readonly at: string;
  readonly propose: boolean;
}

/** Takes away at once as the guardian, or proposes it to all. */
async function actOrPropose(
  view: GovernanceView,
  sender: Address,
  call: PreparedCall,
  propose: boolean,
  result: Readonly<Record<string, unknown>>,
): Promise<PlannedAct<PreparedCall>> {
  if (!propose) return { call: await asGuardian(view, sender, call), result };
  const [title = "", ...paragraphs] = call.lines;
  const proposal = await prepareProposal(view, sender, {
    title: title.replace(/\.$/, ""),
    paragraphs,
    source: "the policy on the chain",
    actions: [{ to: call.to, data: call.data }],
  });
  return { call: proposal, result: { ...result, proposalId: proposal.proposalId } };
}

/** The action that takes a profile or a release away at once. */
export function removalOf(what: Removable) {
  return plainFailure(async (args: RemovalArguments, hre: HardhatRuntimeEnvironment) => {
    const id = idFrom(args.id);
    const since = args.since === "" ? undefined : secondsFrom(args.since);
    await performAct(hre, args, async (view, sender) => {
      const call = await prepareRemoval(view, what, id, since, args.reason);
      return actOrPropose(view, sender, call, args.propose, { [what]: id, reason: args.reason });
    });
  });
}

/** The action that announces the end of a profile or a release. */
export function deprecationOf(what: Removable) {
  return plainFailure(async (args: DeprecationArguments, hre: HardhatRuntimeEnvironment) => {
    const id = idFrom(args.id);
    const at = secondsFrom(args.at);
    await performAct(hre, args, async (view, sender) => {
      const call = await prepareDeprecation(view, what, id, at);
      return actOrPropose(view, sender, call, args.propose, { [what]: id, at });
    });
  });
}
