import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readDeploymentBlock, recordFolder } from "../../scripts/deploy/records.ts";
import type { EnclaveView } from "../../scripts/tee/enclaves.ts";
import { openChain, openGovernance } from "./chain.ts";

/** The common course of a task that only reads enclaves and their policy. */
export async function withEnclaves(
  hre: HardhatRuntimeEnvironment,
  records: string,
  read: (view: EnclaveView, now: bigint) => Promise<void>,
): Promise<void> {
  const chain = await openChain(hre);
  try {
    const view = await openGovernance(chain, records);
    const folder = recordFolder(records, view.publicClient.chain.id, chain.networkName);
    const firstBlock = await readDeploymentBlock(folder, "EnclaveRegistry");
    await read({ ...view, firstBlock }, (await view.publicClient.getBlock()).timestamp);
  } finally {
    await chain.close();
  }
}
