import { readFile } from "node:fs/promises";
import { concat, type Address, type Hex } from "viem";

import { DEPLOYMENT_PROXY, hasDeploymentProxy, installDeploymentProxy } from "../../scripts/deploy/create2.ts";
import type { Clients } from "../../scripts/lib/clients.ts";

/** Creation code that the deployment proxy puts at a known address. */
interface Created {
  readonly address: Address;
  readonly salt: Hex;
  readonly creationCode: Hex;
}

/** A transaction signed by a key that nobody has, which creates a contract at a known address. */
interface Presigned {
  readonly address: Address;
  readonly sender: Address;
  readonly transaction: Hex;
}

const CREATED = ["Permit2", "x402ExactPermit2Proxy", "x402UptoPermit2Proxy"] as const;

async function readVector<Shape>(name: string): Promise<Shape> {
  return JSON.parse(await readFile(`test/vectors/network/${name}.json`, "utf8")) as Shape;
}

/** Puts on a test node what Base and Base Sepolia have of others: the contracts themselves, created as they were there. */
export async function plantNetworkContracts(clients: Clients): Promise<void> {
  const { publicClient, walletClient } = clients;
  if (!(await hasDeploymentProxy(publicClient))) await installDeploymentProxy(clients);
  for (const name of CREATED) {
    const { salt, creationCode } = await readVector<Created>(name);
    const hash = await walletClient.sendTransaction({ to: DEPLOYMENT_PROXY, data: concat([salt, creationCode]) });
    await publicClient.waitForTransactionReceipt({ hash });
  }
  const { sender, transaction } = await readVector<Presigned>("Multicall3");
  const funding = await walletClient.sendTransaction({ to: sender, value: 10n ** 17n });
  await publicClient.waitForTransactionReceipt({ hash: funding });
  const hash = await publicClient.sendRawTransaction({ serializedTransaction: transaction });
  await publicClient.waitForTransactionReceipt({ hash });
}
