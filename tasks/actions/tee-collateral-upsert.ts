import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { sendCall } from "../../scripts/gov/send.ts";
import { readCollateral } from "../../scripts/tee/collateral.ts";
import { clientsAt, openChain, openGovernance } from "../lib/chain.ts";
import { confirm } from "../lib/confirm.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print, printResult, say } from "../lib/terminal.ts";

interface UpsertArguments extends ActArguments {
  readonly file: string;
}

/** Brings what is missing, one transaction for each piece: each is checked against those before it. */
async function upsert(args: UpsertArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { file, account, records, yes, dryRun, json } = args;
  const chain = await openChain(hre);
  try {
    const view = await openGovernance(chain, records);
    const missing = (await readCollateral(view, file)).filter(({ present }) => !present);
    const titles = missing.map(({ title }) => title);
    const show = json ? say : print;
    titles.forEach((title) => {
      show(`Bring: ${title}`);
    });
    if (dryRun || missing.length === 0) {
      printResult(json, { missing: titles, sent: [] }, [
        missing.length === 0 ? "The chain has everything." : `Dry run: ${missing.length} transactions would be sent.`,
      ]);
      return;
    }
    await confirm(hre, yes);
    const clients = await clientsAt(chain, account);
    const sent = [];
    for (const { title, to, data } of missing) {
      const outcome = await sendCall(clients, { to, data, lines: [] });
      sent.push({ title, ...outcome });
      show(`Brought in ${outcome.transactionHash}, ${outcome.gasUsed} gas: ${title}`);
    }
    printResult(json, { missing: titles, sent }, [`${sent.length} transactions.`]);
  } finally {
    await chain.close();
  }
}

export default plainFailure(upsert);
