import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readDeploymentBlock, recordFolder } from "../../scripts/deploy/records.ts";
import { OPERATOR_ROLES } from "../../scripts/gov/profiles.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
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

/** The set of one role by its name. @throws UserError when there is no such role */
export function rolesFrom(name: string): number {
  const bit = OPERATOR_ROLES.findIndex((role) => role === name.toUpperCase());
  if (bit < 0) throw new UserError(`"${name}" is not a role; use ${OPERATOR_ROLES.join(", ")}.`);
  return 1 << bit;
}
