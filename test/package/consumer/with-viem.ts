// What an integrator's program looks like: stakes, and reads back what it did.
import { readFile } from "node:fs/promises";
import { addressesOf, approveCall, describeFailure, listOperators, OpgError, parseAddresses } from "@opg-protocol/sdk";
import { readPosition, stakeCall, type Call, type SystemAddresses } from "@opg-protocol/sdk";
import { operatorsAbi } from "@opg-protocol/sdk/abi/Operators";
import { opgAbi } from "@opg-protocol/sdk/abi";
import { createPublicClient, createWalletClient, http, parseEther, type Address } from "viem";

const [url = "", addressFile = ""] = process.argv.slice(2);
const addresses: SystemAddresses = parseAddresses(JSON.parse(await readFile(addressFile, "utf8")));
const transport = http(url);
const client = createPublicClient({ transport, pollingInterval: 50, cacheTime: 0 });
const [account] = await createWalletClient({ transport }).getAddresses();
if (account === undefined) throw new Error("the node has no account");
const wallet = createWalletClient({ account, transport });

async function send({ to, data, value }: Call): Promise<void> {
  const hash = await wallet.sendTransaction({ to, data, value, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`reverted: ${hash}`);
}

const register = {
  address: addresses.Operators,
  abi: operatorsAbi,
  functionName: "registerOperator",
  args: [1, account, 500],
} as const;
await wallet.writeContract({ ...register, chain: null });

const amount = parseEther("20000");
const failure = await client
  .call({ account, ...stakeCall(addresses, { operator: account, amount }) })
  .then(() => "none", describeFailure);
await send(approveCall(addresses, { spender: addresses.Staking, amount }));
await send(stakeCall(addresses, { operator: account, amount }));

const position = await readPosition({ client, addresses }, { operator: account, account });
const staked: bigint = position.staked;
const balance: bigint = await client.readContract({
  address: addresses.OPG,
  abi: opgAbi,
  functionName: "balanceOf",
  args: [addresses.Staking],
});
const listed: readonly Address[] = (await listOperators({ client, addresses })).map(({ operator }) => operator);
let unknownChain = "";
try {
  addressesOf(1);
} catch (error) {
  if (error instanceof OpgError) unknownChain = error.message;
}
process.stdout.write(
  JSON.stringify({ staked: String(staked), balance: String(balance), listed, failure, unknownChain }),
);

// What the types must refuse.
// @ts-expect-error the function has another name
export const misspelt = { ...register, functionName: "registerOperatr" } satisfies Parameters<
  typeof wallet.writeContract<typeof operatorsAbi, "registerOperator", typeof register.args>
>[0];
// @ts-expect-error amounts are bigint
export const rounded = stakeCall(addresses, { operator: account, amount: 1 });
