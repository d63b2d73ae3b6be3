import { encodeFunctionData, parseEther, type Address } from "viem";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { operatorsAbi } from "../../../sdk/src/abi/Operators.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import { addressOf as systemAddressOf, type Addresses } from "../../deploy/contracts.ts";
import { addressOf, type Person, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** The role bit of operators that run models. */
export const INFERENCE_ROLE = 1;

/** Who stakes how much behind whom, in OPG base units. */
export const STAKES: readonly { readonly staker: Person; readonly operator: Person; readonly amount: bigint }[] = [
  { staker: "operator", operator: "operator", amount: parseEther("50000") },
  { staker: "delegator", operator: "operator", amount: parseEther("20000") },
  { staker: "cheat", operator: "cheat", amount: parseEther("30000") },
  { staker: "cheatsDelegator", operator: "cheat", amount: parseEther("10000") },
];

const COMMISSION_BPS = 1_000;

/** Gives people OPG, registers two operators, and puts stake behind them. */
export async function stake(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<void> {
  await handOut(stage, addresses, narrator);
  for (const operator of ["operator", "cheat"] as const) {
    await narrator.send(stage.people[operator], `${operator} registers`, {
      to: systemAddressOf(addresses, "Operators"),
      // The key for work outside enclaves is the operator's own here.
      data: encodeFunctionData({
        abi: operatorsAbi,
        functionName: "registerOperator",
        args: [INFERENCE_ROLE, addressOf(stage, operator), COMMISSION_BPS],
      }),
    });
  }
  for (const { staker, operator, amount } of STAKES) {
    await approve(stage, addresses, narrator, staker, addresses.Staking, amount);
    await narrator.send(stage.people[staker], `${staker} stakes behind ${operator}`, {
      to: addresses.Staking,
      data: encodeFunctionData({
        abi: stakingAbi,
        functionName: "stake",
        args: [addressOf(stage, operator), amount],
      }),
    });
  }
  const pool = await stage.reader.readContract({
    address: addresses.Staking,
    abi: stakingAbi,
    functionName: "poolOf",
    args: [addressOf(stage, "operator")],
  });
  narrator.check("the operator's pool holds his stake and the delegator's", pool[0] === parseEther("70000"));
}

/** Lets `spender` take `amount` OPG of a person. */
export async function approve(
  stage: Stage,
  addresses: Addresses,
  { send }: Narrator,
  person: Person,
  spender: Address,
  amount: bigint,
): Promise<void> {
  await send(stage.people[person], `${person} approves OPG`, {
    to: addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [spender, amount] }),
  });
}

async function handOut(stage: Stage, addresses: Addresses, { send }: Narrator): Promise<void> {
  const gifts = [...STAKES, { staker: "trader" as const, amount: parseEther("1000") }];
  for (const { staker, amount } of gifts) {
    await send(stage.people.deployer, `${staker} receives OPG`, {
      to: addresses.OPG,
      data: encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: [addressOf(stage, staker), amount] }),
    });
  }
}
