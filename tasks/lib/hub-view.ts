import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readDeploymentBlock, recordFolder } from "../../scripts/deploy/records.ts";
import type { HubView } from "../../scripts/hub/view.ts";
import { openChain, openGovernance, type TaskChain } from "./chain.ts";

/** The Model Hub of the deployment that was recorded for this chain. @throws UserError when nothing is deployed there */
export async function openHub(chain: TaskChain, records: string): Promise<HubView> {
  const view = await openGovernance(chain, records);
  const folder = recordFolder(records, view.publicClient.chain.id, chain.networkName);
  return { ...view, firstBlock: await readDeploymentBlock(folder, "ModelHub") };
}

/** The common course of a task that only reads the hub. */
export async function withHub(
  hre: HardhatRuntimeEnvironment,
  records: string,
  read: (view: HubView, now: bigint) => Promise<void>,
): Promise<void> {
  const chain = await openChain(hre);
  try {
    const view = await openHub(chain, records);
    await read(view, (await view.publicClient.getBlock()).timestamp);
  } finally {
    await chain.close();
  }
}
