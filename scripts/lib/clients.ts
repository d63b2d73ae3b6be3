import {
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  http,
  type Account,
  type Address,
  type Chain,
  type EIP1193Provider,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";

/** Reads the chain. */
export type Reader = PublicClient<Transport, Chain>;

/** Sends transactions from one account. */
export type Sender = WalletClient<Transport, Chain, Account>;

/** A reader and a sender of one chain. */
export interface Clients {
  readonly publicClient: Reader;
  readonly walletClient: Sender;
}

/** Milliseconds between looks for a receipt; a test node mines at once, Base every two seconds. */
const POLLING = { local: 50, live: 1_000 } as const;

function chainWith(id: number): Chain {
  return defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
}

/**
 * Makes a reader over any transport, with the chain id that the node itself names.
 *
 * @param local whether to poll as on a test node
 */
async function readerOver(transport: Transport, local: boolean): Promise<Reader> {
  const pollingInterval = local ? POLLING.local : POLLING.live;
  const chainId = await createPublicClient({ transport }).getChainId();
  // Reads must see what the last transaction did, so nothing is cached.
  return createPublicClient({ chain: chainWith(chainId), transport, pollingInterval, cacheTime: 0 });
}

/** What this module needs of an EIP-1193 provider, for example Hardhat's `connection.provider`. */
export interface RequestProvider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

function transportOf(provider: RequestProvider): Transport {
  const request: EIP1193Provider["request"] = (args: { method: string; params?: unknown }) =>
    provider.request({ method: args.method, params: Array.isArray(args.params) ? args.params : [] }) as Promise<never>;
  return custom({ request }, { retryCount: 0 });
}

/**
 * Makes clients over an EIP-1193 provider that signs for the account.
 *
 * @param account one of the provider's accounts
 * @param local   whether the chain is a test node
 */
export async function clientsOfProvider(provider: RequestProvider, account: Address, local: boolean): Promise<Clients> {
  const transport = transportOf(provider);
  const publicClient = await readerOver(transport, local);
  return { publicClient, walletClient: createWalletClient({ account, chain: publicClient.chain, transport }) };
}

/** Makes a reader over an EIP-1193 provider. */
export function readerOfProvider(provider: RequestProvider, local: boolean): Promise<Reader> {
  return readerOver(transportOf(provider), local);
}

/**
 * Makes clients over a JSON-RPC URL.
 *
 * @param account an address that the node signs for, or a local account with its key
 * @param local   whether the chain is a test node
 */
export async function clientsOfUrl(url: string, account: Account | Address, local: boolean): Promise<Clients> {
  const transport = http(url);
  const publicClient = await readerOver(transport, local);
  return { publicClient, walletClient: createWalletClient({ account, chain: publicClient.chain, transport }) };
}

/**
 * The bare JSON-RPC interface of a URL, for the methods of test nodes. A request is made once, since mining twice is not
 * mining once, and may take a minute: such nodes run in a process that has other things to do.
 */
export function providerOfUrl(url: string): RequestProvider {
  const { request } = http(url, { retryCount: 0, timeout: 60_000 })({});
  return { request: (args): Promise<unknown> => request(args) };
}
