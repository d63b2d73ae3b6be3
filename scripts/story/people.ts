import { getAddress, type Address } from "viem";
import { clientsOfUrl, type Clients, type Reader, type RequestProvider } from "../lib/clients.ts";

/** Who is who among the accounts of the test mnemonic; guardian and treasury as in the local parameters. */
const ACCOUNT_NUMBERS = {
  deployer: 0,
  publisher: 1,
  operator: 2,
  delegator: 3,
  trader: 4,
  liquidityProvider: 5,
  cheat: 6,
  cheatsDelegator: 7,
  challenger: 8,
  guardian: 17,
  treasury: 19,
} as const;

/** A person of the story. */
export type Person = keyof typeof ACCOUNT_NUMBERS;

/** The people of the story and the node they all use. */
export interface Stage {
  readonly url: string;
  readonly chainId: number;
  readonly reader: Reader;
  readonly people: Readonly<Record<Person, Clients>>;
  /** The node as an EIP-1193 provider, for the requests that only test nodes know. */
  readonly provider: RequestProvider;
}

/** Connects everybody to the test node at `url`. */
export async function setStage(url: string, provider: RequestProvider): Promise<Stage> {
  const accounts = (await provider.request({ method: "eth_accounts" })) as readonly Address[];
  const entries = Object.entries(ACCOUNT_NUMBERS).map(async ([person, number]): Promise<[string, Clients]> => {
    const account = accounts[number];
    if (account === undefined) throw new Error(`The node at ${url} has no account ${number}.`);
    return [person, await clientsOfUrl(url, getAddress(account), true)];
  });
  const people = Object.fromEntries(await Promise.all(entries)) as Record<Person, Clients>;
  const reader = people.deployer.publicClient;
  return { url, chainId: reader.chain.id, reader, people, provider };
}

/** A person's address. */
export function addressOf(stage: Stage, person: Person): Address {
  return stage.people[person].walletClient.account.address;
}
