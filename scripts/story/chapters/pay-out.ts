import { encodeFunctionData } from "viem";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** Everybody takes out what the calls earned: the publisher his part, the operator and his delegator theirs. */
export async function payOut(stage: Stage, addresses: Addresses, { send, check }: Narrator): Promise<void> {
  const { reader, people } = stage;
  const [publisher, operator, delegator] = (["publisher", "operator", "delegator"] as const).map((person) =>
    addressOf(stage, person),
  ) as [`0x${string}`, `0x${string}`, `0x${string}`];
  const payments = { address: addresses.PaymentHub, abi: paymentHubAbi } as const;
  const earned = await reader.readContract({ ...payments, functionName: "creditOf", args: [publisher] });
  const earnings = await reader.readContract({ ...payments, functionName: "operatorEarningsOf", args: [operator] });
  const balance = (account: `0x${string}`) =>
    reader.readContract({ address: addresses.OPG, abi: opgAbi, functionName: "balanceOf", args: [account] });
  const before = {
    publisher: await balance(publisher),
    operator: await balance(operator),
    delegator: await balance(delegator),
  };

  await send(people.publisher, "publisher withdraws", {
    to: addresses.PaymentHub,
    data: encodeFunctionData({ abi: paymentHubAbi, functionName: "withdraw", args: [publisher, earned] }),
  });
  await send(people.operator, "share the operator's earnings", {
    to: addresses.PaymentHub,
    data: encodeFunctionData({ abi: paymentHubAbi, functionName: "distributeOperatorEarnings", args: [operator] }),
  });
  for (const person of ["operator", "delegator"] as const) {
    await send(people[person], `${person} claims rewards`, {
      to: addresses.Staking,
      data: encodeFunctionData({
        abi: stakingAbi,
        functionName: "claimReward",
        args: [operator, addressOf(stage, person)],
      }),
    });
  }
  check("the publisher's wallet grew by his credit", (await balance(publisher)) - before.publisher === earned);
  const shared = (await balance(operator)) - before.operator + (await balance(delegator)) - before.delegator;
  // The ledger keeps rewards per share with 18 decimals: less than a base unit for each OPG of stake is left over, and
  // waits there for the next reward.
  check(
    "operator and delegator share the earnings to less than a millionth of a millionth",
    earnings - shared < 70_000n && earnings >= shared,
  );
  check("the delegator earned too", (await balance(delegator)) > before.delegator);
}
