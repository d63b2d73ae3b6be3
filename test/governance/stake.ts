import { encodeFunctionData, parseEther, type Address } from "viem";

import { addressOf, type Addresses } from "../../scripts/deploy/contracts.ts";
import type { Clients } from "../../scripts/lib/clients.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";

/** Inference and judge, as in contracts/libraries/OperatorRoles.sol. */
const ROLES = 3;

/** Makes the account an operator with this many OPG of his own stake, and so of votes. */
export async function becomeVoter(clients: Clients, addresses: Addresses, tokens: string): Promise<void> {
  const { publicClient, walletClient } = clients;
  const account = walletClient.account.address;
  const assets = parseEther(tokens);
  const send = async (to: Address, data: `0x${string}`): Promise<void> => {
    const hash = await walletClient.sendTransaction({ to, data });
    await publicClient.waitForTransactionReceipt({ hash });
  };
  await send(
    addresses.OPG,
    encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [addresses.Staking, assets] }),
  );
  await send(
    addressOf(addresses, "Operators"),
    encodeFunctionData({ abi: operatorsAbi, functionName: "registerOperator", args: [ROLES, account, 500] }),
  );
  await send(
    addresses.Staking,
    encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: [account, assets] }),
  );
}
