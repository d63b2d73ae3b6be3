import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Address, Hex } from "viem";

import { readOpenDisputes } from "../../scripts/jury/disputes.ts";
import { phaseOf } from "../../scripts/jury/phases.ts";
import { poolLines, readPool } from "../../scripts/jury/pool.ts";
import type { JuryView } from "../../scripts/jury/view.ts";
import { chainMoment, disputeTable, reportDispute, reportLines } from "../../scripts/jury/words.ts";
import { accountAt } from "../lib/chain.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { disputeFrom } from "../lib/jury-arguments.ts";
import { withHistory } from "../lib/jury-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatusArguments {
  readonly dispute: string;
  readonly account: number;
  readonly records: string;
  readonly json: boolean;
}

async function showDispute(view: JuryView, id: Hex, json: boolean): Promise<void> {
  const report = await reportDispute(view, id);
  printResult(json, report, reportLines(report));
}

async function showAll(view: JuryView, account: Address, json: boolean): Promise<void> {
  const pool = await readPool(view, account);
  const open = await readOpenDisputes(view);
  const at = await chainMoment(view);
  const disputes = open.map((dispute) => ({ ...dispute, phase: phaseOf(dispute, at) }));
  printResult(json, { account, at, pool, disputes }, [...poolLines(pool, at.now), disputeTable(open, at)]);
}

async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const id = args.dispute === "" ? undefined : disputeFrom(args.dispute);
  await withGovernance(hre, args.records, async (governance, chain) => {
    const view = await withHistory(governance, chain, args.records);
    if (id !== undefined) await showDispute(view, id, args.json);
    else await showAll(view, await accountAt(chain.provider, args.account), args.json);
  });
}

export default plainFailure(status);
