import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Address } from "viem";

import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { sendCall, simulateCall, type PreparedCall } from "../../scripts/gov/send.ts";
import { clientsAt, openChain, openGovernance } from "./chain.ts";
import { confirm } from "./confirm.ts";
import { printResult, print, say } from "./terminal.ts";

/** The options that every acting task has. */
export interface ActArguments {
  readonly account: number;
  readonly records: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What a task wants to do, and what to report about it besides the transaction. */
export interface PlannedAct<Call extends PreparedCall> {
  readonly call: Call;
  readonly result: Readonly<Record<string, unknown>>;
}

/**
 * The common course of a task that acts: prepare (which checks), explain, simulate, ask, send, report.
 *
 * @param prepare checks the act against the chain and puts it into words
 */
export async function performAct<Call extends PreparedCall>(
  hre: HardhatRuntimeEnvironment,
  { account, records, yes, dryRun, json }: ActArguments,
  prepare: (view: GovernanceView, sender: Address) => Promise<PlannedAct<Call>>,
): Promise<void> {
  const chain = await openChain(hre);
  try {
    const view = await openGovernance(chain, records);
    const clients = await clientsAt(chain, account);
    const sender = clients.walletClient.account.address;
    const { call, result } = await prepare(view, sender);
    call.lines.forEach(json ? say : print);
    const gas = await simulateCall(clients, call);
    if (dryRun) {
      printResult(json, { ...result, sender, gas, sent: false }, [`Dry run: it would succeed with about ${gas} gas.`]);
      return;
    }
    await confirm(hre, yes);
    const outcome = await sendCall(clients, call);
    printResult(json, { ...result, sender, ...outcome, sent: true }, [
      `Sent in ${outcome.transactionHash}, block ${outcome.blockNumber}, ${outcome.gasUsed} gas.`,
    ]);
  } finally {
    await chain.close();
  }
}
