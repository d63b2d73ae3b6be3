import { encodeFunctionData, erc20Abi, type Address } from "viem";

import type { GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { opg } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";

/**
 * A call that takes a deposit, after the approval it needs: of exactly the deposit, and none if there is enough already.
 *
 * @throws UserError when the sender has less
 */
export async function withDeposit(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  amount: bigint,
  call: PreparedCall,
): Promise<readonly PreparedCall[]> {
  const token = { address: addresses.OPG, abi: erc20Abi } as const;
  const spender = addresses.ChallengeBonds;
  const [balance, allowance] = await Promise.all([
    publicClient.readContract({ ...token, functionName: "balanceOf", args: [sender] }),
    publicClient.readContract({ ...token, functionName: "allowance", args: [sender, spender] }),
  ]);
  if (balance < amount) throw new UserError(`${sender} has ${opg(balance)}; this takes ${opg(amount)}.`);
  if (allowance >= amount) return [call];
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] });
  return [
    { to: addresses.OPG, data, lines: [`The contract of deposits ${spender} may take ${opg(amount)} of yours.`] },
    call,
  ];
}
