import { keccak256 } from "viem";

import type { DecodedAction } from "./decode.ts";
import type { Proposal } from "./proposals.ts";
import { moment, printable } from "./words.ts";

/** The lines that explain one action. */
export function actionLines(action: DecodedAction): readonly string[] {
  return [
    action.sentence,
    ...(action.change === null ? [] : [`  change: ${action.change}`]),
    `  call: ${action.contract ?? "unknown contract"} ${action.target} ${action.function ?? ""}`.trimEnd(),
    `  calldata hash: ${keccak256(action.calldata)}`,
    ...action.warnings.map((warning) => `  WARNING: ${warning}`),
    ...action.inner.flatMap(actionLines).map((line) => `  within: ${line}`),
  ];
}

/** The lines that explain a proposal before somebody acts on it. */
export function proposalLines(proposal: Proposal): readonly string[] {
  const title = proposal.description?.split("\n")[0] ?? "(text not found)";
  return [
    `Proposal #${proposal.index} ${proposal.id}, ${proposal.state}`,
    printable(title),
    ...proposal.actions.flatMap(actionLines),
  ];
}

/** When the next thing can happen to a proposal, as a sentence. */
export function nextStep(proposal: Proposal, now: bigint): string {
  const { state, snapshot, deadline, eta } = proposal;
  switch (state) {
    case "pending":
      return `Voting opens after ${moment(snapshot, now)}.`;
    case "active":
      return `Voting is open until ${moment(deadline, now)}; it can be queued after that if it passes.`;
    case "succeeded":
      return "It passed and can be queued now.";
    case "queued":
      return eta <= now ? "It can be executed now." : `It can be executed from ${moment(eta, now)}.`;
    case "defeated":
      return "It was defeated; nothing more can happen to it.";
    case "executed":
      return "It was executed; nothing more can happen to it.";
    default:
      return `It is ${state}; nothing more can happen to it.`;
  }
}
