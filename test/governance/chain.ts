import { network } from "hardhat";

import { local } from "../../deployments/parameters/local.ts";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { clientsOfProvider, type Clients, type RequestProvider } from "../../scripts/lib/clients.ts";

/** The compiled contracts of this repository. */
export const artifacts = artifactsIn("artifacts");

/** The parameters of a local deployment. */
export const parameters: Parameters = local({});

/** A fresh simulated Base Sepolia. */
export interface TestChain {
  readonly provider: RequestProvider;
  /** Clients of the deployer, the chain's first account. */
  readonly clients: Clients;
  /** Clients of another account. */
  readonly clientsFor: (account: `0x${string}`) => Promise<Clients>;
}

/** Starts a chain that nobody else uses. */
export async function startChain(): Promise<TestChain> {
  const { provider } = await network.create();
  const clientsFor = (account: `0x${string}`): Promise<Clients> => clientsOfProvider(provider, account, true);
  return { provider, clients: await clientsFor(parameters.initialHolder), clientsFor };
}

/** Lets the rest of a test send as any account, for example a contract. */
export async function impersonate(provider: RequestProvider, account: `0x${string}`): Promise<void> {
  await provider.request({ method: "hardhat_impersonateAccount", params: [account] });
  await provider.request({ method: "hardhat_setBalance", params: [account, "0xde0b6b3a7640000"] });
}
