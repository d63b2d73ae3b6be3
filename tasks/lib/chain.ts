import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, type Address } from "viem";

import { PARAMETERS } from "../../deployments/parameters/index.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { readAddresses, recordFolder } from "../../scripts/deploy/records.ts";
import { clientsOfProvider, readerOfProvider, type Clients, type RequestProvider } from "../../scripts/lib/clients.ts";
import { isTestNode } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import type { GovernanceView } from "../../scripts/gov/proposals.ts";

/** The network that a task was started on. */
export interface TaskChain {
  readonly networkName: string;
  /** Whether the chain lives in this process and ends with it. */
  readonly inProcess: boolean;
  readonly provider: RequestProvider;
  readonly close: () => Promise<void>;
  /** Where the node is; undefined for a chain in this process. */
  readonly url: string | undefined;
}

/** Connects to the network of `--network`. */
export async function openChain(hre: HardhatRuntimeEnvironment): Promise<TaskChain> {
  const connection = await hre.network.create();
  const { networkConfig } = connection;
  return {
    networkName: connection.networkName,
    inProcess: networkConfig.type === "edr-simulated",
    url: networkConfig.type === "http" ? await networkConfig.url.getUrl() : undefined,
    provider: connection.provider,
    close: () => connection.close(),
  };
}

/**
 * The deployment parameters of a network.
 *
 * @throws UserError when there are none for it, or an environment variable is missing
 */
export function parametersOf(chain: TaskChain): Parameters {
  const factory = Object.hasOwn(PARAMETERS, chain.networkName) ? PARAMETERS[chain.networkName] : undefined;
  if (factory === undefined) {
    const known = Object.keys(PARAMETERS).join(", ");
    throw new UserError(`There are no deployment parameters for "${chain.networkName}". Known networks: ${known}.`);
  }
  return factory(process.env);
}

/** A copy of the chain that lives in this process: what happens on it happens nowhere else. */
export async function copyOf(
  hre: HardhatRuntimeEnvironment,
  { url }: TaskChain,
  chainId: number,
): Promise<Pick<TaskChain, "provider" | "close">> {
  if (url === undefined) throw new UserError("Only a chain behind a URL can be copied; name one with --network.");
  const connection = await hre.network.create({
    network: "default",
    // More gas than Base gives, so that a transaction above its limit can be measured and named.
    override: { chainId, forking: { url, enabled: true }, blockGasLimit: 200_000_000 },
  });
  return { provider: connection.provider, close: () => connection.close() };
}

/** The address of the account with this number. */
export async function accountAt(provider: RequestProvider, index: number): Promise<Address> {
  const accounts: unknown = await provider.request({ method: "eth_accounts" });
  const list = Array.isArray(accounts) ? accounts.filter((item) => typeof item === "string") : [];
  const account = list[index];
  if (account === undefined) {
    throw new UserError(
      `There is no account ${index} on this network; it has ${list.length} (--account 0 is the first).`,
    );
  }
  return getAddress(account);
}

/** Clients for the account with this number. */
export async function clientsAt(chain: TaskChain, account: number): Promise<Clients> {
  const address = await accountAt(chain.provider, account);
  return clientsOfProvider(chain.provider, address, await isTestNode(chain.provider));
}

/** Demands a chain that was there before this command. @throws UserError for one that lives in this process */
export function requireRunning({ inProcess, networkName }: TaskChain): void {
  if (!inProcess) return;
  throw new UserError(
    `The network "${networkName}" begins empty with every command. ` +
      "Name a running one: --network local, baseSepolia or base.",
  );
}

/**
 * The governance of the deployment that was recorded for this chain.
 *
 * @param records the folder of all deployments
 * @throws UserError when the network lives in this process, or nothing is deployed on it
 */
export async function openGovernance(chain: TaskChain, records: string): Promise<GovernanceView> {
  requireRunning(chain);
  const publicClient = await readerOfProvider(chain.provider, await isTestNode(chain.provider));
  const addresses = await readAddresses(recordFolder(records, publicClient.chain.id, chain.networkName));
  const code = await publicClient.getCode({ address: addresses.OPGGovernor });
  if (code === undefined) {
    throw new UserError(
      `The recorded governor ${addresses.OPGGovernor} is not on chain ${publicClient.chain.id}. ` +
        `If the node was started anew, run: npx hardhat deploy --network ${chain.networkName}`,
    );
  }
  return { publicClient, addresses };
}
