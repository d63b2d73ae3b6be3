import { answerDisputesAbi } from "../../sdk/src/abi/AnswerDisputes.ts";
import { challengeBondsAbi } from "../../sdk/src/abi/ChallengeBonds.ts";
import { juryPoolAbi } from "../../sdk/src/abi/JuryPool.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { addressOf } from "../deploy/contracts.ts";
import type { GovernanceView } from "../gov/proposals.ts";

/** Where disputes and their history are read. */
export interface JuryView extends GovernanceView {
  /** The block of the stake ledger's deployment, or an earlier one: events of operators and disputes are not older. */
  readonly firstBlock: bigint;
}

/** The contract of disputes, for reading. */
export function disputesOf({ addresses }: GovernanceView) {
  return { address: addresses.AnswerDisputes, abi: answerDisputesAbi } as const;
}

/** The contract of who can be drawn, for reading. */
export function poolOf({ addresses }: GovernanceView) {
  return { address: addresses.JuryPool, abi: juryPoolAbi } as const;
}

/** The contract of deposits, for reading. */
export function bondsOf({ addresses }: GovernanceView) {
  return { address: addresses.ChallengeBonds, abi: challengeBondsAbi } as const;
}

/** The contract of operators, for reading. */
export function operatorsOf({ addresses }: GovernanceView) {
  return { address: addressOf(addresses, "Operators"), abi: operatorsAbi } as const;
}
