import { parseAddresses, type SystemAddresses } from "@opg-protocol/sdk";
import { defineChain, getAddress, isAddress, type Address } from "viem";
import { createConfig, http, type CreateConnectorFn } from "wagmi";
import { mock } from "wagmi/connectors/mock";

/** What the page is told at start, by `/config.json`. */
export interface DappConfig {
  readonly chainId: number;
  readonly addresses: SystemAddresses;
  /** The example pool whose fee a model sets, and the token that is sold there. */
  readonly pool: Address;
  readonly saleToken: Address;
  /** Accounts that the node signs for; on a test node only. */
  readonly developmentAccounts: readonly { readonly name: string; readonly address: Address }[];
}

/** The chain's node; the page's own origin passes requests on. */
export const RPC_URL = `${location.origin}/rpc`;
/** The inference node, likewise. */
export const NODE_URL = location.origin;

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}

function addressField(value: unknown, name: string): Address {
  const text = field(value, name);
  if (typeof text !== "string" || !isAddress(text)) throw new Error(`config.json: ${name} is not an address.`);
  return getAddress(text);
}

/** Reads and checks the configuration. */
export async function loadConfig(): Promise<DappConfig> {
  const json: unknown = await (await fetch("/config.json")).json();
  const chainId = field(json, "chainId");
  if (typeof chainId !== "number") throw new Error("config.json: chainId is not a number.");
  const accounts = field(json, "developmentAccounts");
  return {
    chainId,
    addresses: parseAddresses(field(json, "addresses")),
    pool: addressField(json, "pool"),
    saleToken: addressField(json, "saleToken"),
    developmentAccounts: (Array.isArray(accounts) ? accounts : []).map((account: unknown) => ({
      name: String(field(account, "name")),
      address: addressField(account, "address"),
    })),
  };
}

/** A connector for an account that the node signs for, under its own name. */
function developmentConnector(name: string, address: Address): CreateConnectorFn {
  return (config) => ({ ...mock({ accounts: [address] })(config), id: `development-${name}`, name });
}

/** wagmi's configuration: wallets that announce themselves (EIP-6963), and the development accounts. */
export function wagmiConfig({ chainId, developmentAccounts }: DappConfig) {
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [RPC_URL] } },
  });
  return createConfig({
    chains: [chain],
    connectors: developmentAccounts.map(({ name, address }) => developmentConnector(name, address)),
    transports: { [chainId]: http(RPC_URL) },
    pollingInterval: 200,
  });
}
