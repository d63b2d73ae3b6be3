import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress, type Address } from "viem";

import { EXPORT_FORMATS, exportCall, type ExportFormat } from "../../scripts/gov/export.ts";
import { chainTime, type GovernanceView } from "../../scripts/gov/proposals.ts";
import { sendCall, simulateCall, simulateFrom, type PreparedCall } from "../../scripts/gov/send.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { clientsAt, openChain, openGovernance, type TaskChain } from "./chain.ts";
import { confirm } from "./confirm.ts";
import { printResult, print, say } from "./terminal.ts";

/** The options that every acting task has. */
export interface ActArguments {
  readonly account: number;
  readonly records: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** An {@link ExportFormat}; empty, or missing in tasks that cannot export, sends. */
  readonly export?: string;
  /** Who will send what is exported; empty is the account. */
  readonly from?: string;
}

/** What a task wants to do, and what to report about it besides the transaction. */
export interface PlannedAct<Call extends PreparedCall> {
  readonly call: Call;
  readonly result: Readonly<Record<string, unknown>>;
}

type Prepare<Call extends PreparedCall> = (
  view: GovernanceView,
  sender: Address,
  chain: TaskChain,
) => Promise<PlannedAct<Call>>;

function formatFrom(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new UserError(`"${text}" is not a form of export; use ${EXPORT_FORMATS.join(" or ")}.`);
}

/** Prints the transaction for another signer; the words go to stderr. */
async function exportAct<Call extends PreparedCall>(
  chain: TaskChain,
  { account, records, from = "", export: text = "" }: ActArguments,
  prepare: Prepare<Call>,
): Promise<void> {
  const format = formatFrom(text);
  if (from !== "" && !isAddress(from)) throw new UserError(`--from "${from}" is not an address.`);
  const view = await openGovernance(chain, records);
  const sender = from === "" ? (await clientsAt(chain, account)).walletClient.account.address : getAddress(from);
  const { call } = await prepare(view, sender, chain);
  call.lines.forEach(say);
  const gas = await simulateFrom(view.publicClient, sender, call);
  say(`Nothing was sent. ${sender} has to send it; it takes about ${gas} gas.`);
  const context = { chainId: view.publicClient.chain.id, from: sender, now: await chainTime(view), gas };
  printResult(true, exportCall(format, call, context), []);
}

/**
 * The common course of a task that acts: prepare (which checks), explain, simulate, ask, send, report. With `--export` it
 * ends after the simulation, with the transaction for another signer.
 *
 * @param prepare checks the act against the chain and puts it into words
 */
export async function performAct<Call extends PreparedCall>(
  hre: HardhatRuntimeEnvironment,
  args: ActArguments,
  prepare: Prepare<Call>,
): Promise<void> {
  const { account, records, yes, dryRun, json, export: exportAs = "", from = "" } = args;
  if (from !== "" && exportAs === "") throw new UserError("--from is for --export: what is sent comes from --account.");
  const chain = await openChain(hre);
  try {
    if (exportAs !== "") {
      await exportAct(chain, args, prepare);
      return;
    }
    const view = await openGovernance(chain, records);
    const clients = await clientsAt(chain, account);
    const sender = clients.walletClient.account.address;
    const { call, result } = await prepare(view, sender, chain);
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
