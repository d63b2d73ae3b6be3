import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress, type Address } from "viem";

import { artifactsIn, type ArtifactSource } from "../../scripts/deploy/artifacts.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { readContractRecord, recordFolder } from "../../scripts/deploy/records.ts";
import { readerOfProvider, type Reader } from "../../scripts/lib/clients.ts";
import { isTestNode } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { accountAt, openChain, parametersOf, requireRunning } from "./chain.ts";

/** A deployment to look at. */
export interface DeploymentView {
  readonly reader: Reader;
  readonly parameters: Parameters;
  readonly artifacts: ArtifactSource;
  readonly deployer: Address;
  /** The folder of its records. */
  readonly records: string;
}

/** What the tasks that look at a deployment are told. */
export interface DeploymentArguments {
  readonly deployer: string;
  readonly records: string;
  readonly noBuild: boolean;
}

/** Opens the deployment of `--network`, hands it to `look`, and closes the network. */
export async function withDeployment(
  { deployer, records, noBuild }: DeploymentArguments,
  hre: HardhatRuntimeEnvironment,
  look: (view: DeploymentView) => Promise<void>,
): Promise<void> {
  const chain = await openChain(hre);
  try {
    requireRunning(chain);
    const parameters = parametersOf(chain);
    if (!noBuild) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
    const reader = await readerOfProvider(chain.provider, await isTestNode(chain.provider));
    const folder = recordFolder(records, reader.chain.id, parameters.name);
    const who = await deployerOf(deployer, folder, () => accountAt(chain.provider, 0));
    const artifacts = artifactsIn(hre.config.paths.artifacts);
    await look({ reader, parameters, artifacts, deployer: who, records: folder });
  } finally {
    await chain.close();
  }
}

/** Every address follows from the deployer, so he must be the right one. */
async function deployerOf(given: string, folder: string, firstAccount: () => Promise<Address>): Promise<Address> {
  if (given !== "") {
    if (!isAddress(given)) throw new UserError(`--deployer is "${given}", which is not an address.`);
    return getAddress(given);
  }
  const record = await readContractRecord(folder, "AccessManager");
  return record?.deployer ?? (await firstAccount());
}
