import type { Address } from "viem";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { paymentHubAbi } from "../../sdk/src/abi/PaymentHub.ts";
import { stakeLensAbi } from "../../sdk/src/abi/StakeLens.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import type { Addresses } from "../deploy/contracts.ts";
import { addressOf, type Stage } from "./people.ts";
import type { Ledger } from "./telling.ts";

/** Reads every amount that the story follows, in OPG base units. */
export async function readLedger(stage: Stage, addresses: Addresses): Promise<Ledger> {
  const { reader } = stage;
  const token = { address: addresses.OPG, abi: opgAbi } as const;
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const payments = { address: addresses.PaymentHub, abi: paymentHubAbi } as const;
  const wallet = (account: Address) => reader.readContract({ ...token, functionName: "balanceOf", args: [account] });
  const credit = (account: Address) => reader.readContract({ ...payments, functionName: "creditOf", args: [account] });
  const stake = (operator: Address, account: Address) =>
    reader.readContract({ ...staking, functionName: "stakeOf", args: [operator, account] });
  const lens = { address: addresses.StakeLens, abi: stakeLensAbi } as const;
  const unbonding = async (operator: Address, account: Address) =>
    (await reader.readContract({ ...lens, functionName: "positionOf", args: [operator, account] })).unbonding;
  const [operator, cheat] = [addressOf(stage, "operator"), addressOf(stage, "cheat")];

  const rows: readonly (readonly [string, Promise<bigint>])[] = [
    ["trader's wallet", wallet(addressOf(stage, "trader"))],
    ["publisher's credit", credit(addressOf(stage, "publisher"))],
    ["publisher's wallet", wallet(addressOf(stage, "publisher"))],
    ["operator's earnings", reader.readContract({ ...payments, functionName: "operatorEarningsOf", args: [operator] })],
    ["operator's stake", stake(operator, operator)],
    ["operator's wallet", wallet(operator)],
    ["delegator's stake", stake(operator, addressOf(stage, "delegator"))],
    ["delegator's wallet", wallet(addressOf(stage, "delegator"))],
    ["treasury's credit", credit(addressOf(stage, "treasury"))],
    ["cheat's stake", stake(cheat, cheat)],
    ["cheat's delegator's stake", stake(cheat, addressOf(stage, "cheatsDelegator"))],
    ["cheat's delegator's unbonding", unbonding(cheat, addressOf(stage, "cheatsDelegator"))],
    ["cheat's delegator's wallet", wallet(addressOf(stage, "cheatsDelegator"))],
    ["challenger's wallet", wallet(addressOf(stage, "challenger"))],
    ["staking rewards to come", wallet(addresses.Emissions)],
    ["total supply", reader.readContract({ ...token, functionName: "totalSupply" })],
  ];
  const amounts = await Promise.all(rows.map(([, amount]) => amount));
  return Object.fromEntries(rows.map(([what], index) => [what, amounts[index] ?? 0n]));
}
