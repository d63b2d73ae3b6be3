import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { GovernanceView } from "../../scripts/gov/proposals.ts";
import { openChain, openGovernance, type TaskChain } from "./chain.ts";

/** The common course of a task that only reads. */
export async function withGovernance(
  hre: HardhatRuntimeEnvironment,
  records: string,
  read: (view: GovernanceView, chain: TaskChain) => Promise<void>,
): Promise<void> {
  const chain = await openChain(hre);
  try {
    await read(await openGovernance(chain, records), chain);
  } finally {
    await chain.close();
  }
}
