import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Address } from "viem";

import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { sendCall, simulateCall, type CallOutcome, type PreparedCall } from "../../scripts/gov/send.ts";
import { clientsAt, openChain, openGovernance, type TaskChain } from "./chain.ts";
import { confirm } from "./confirm.ts";
import type { ActArguments } from "./gov-act.ts";
import { print, printResult, say } from "./terminal.ts";

/** Several transactions that a task wants to send in this order, and what to report besides them. */
export interface PlannedActs {
  readonly calls: readonly PreparedCall[];
  readonly result: Readonly<Record<string, unknown>>;
}

/**
 * The common course of a task that sends several transactions, of which each may depend on the one before: prepare (which
 * checks), explain, simulate the first, ask, send one after the other, report. It stops at the first that fails.
 *
 * @param prepare checks the acts against the chain and puts them into words
 */
export async function performActs(
  hre: HardhatRuntimeEnvironment,
  { account, records, yes, dryRun, json }: ActArguments,
  prepare: (view: GovernanceView, sender: Address, chain: TaskChain) => Promise<PlannedActs>,
): Promise<void> {
  const show = json ? say : print;
  const chain = await openChain(hre);
  try {
    const view = await openGovernance(chain, records);
    const clients = await clientsAt(chain, account);
    const sender = clients.walletClient.account.address;
    const { calls, result } = await prepare(view, sender, chain);
    calls.flatMap(({ lines }) => lines).forEach(show);
    const [first] = calls;
    const gas = first === undefined ? 0n : await simulateCall(clients, first);
    if (dryRun) {
      const verdict = `Dry run: ${calls.length} transactions; the first would succeed with about ${gas} gas.`;
      printResult(json, { ...result, sender, gas, sent: false }, [verdict]);
      return;
    }
    await confirm(hre, yes);
    const transactions: CallOutcome[] = [];
    for (const call of calls) {
      const outcome = await sendCall(clients, call);
      transactions.push(outcome);
      show(`Sent in ${outcome.transactionHash}, block ${outcome.blockNumber}, ${outcome.gasUsed} gas.`);
    }
    printResult(json, { ...result, sender, transactions, sent: true }, []);
  } finally {
    await chain.close();
  }
}
