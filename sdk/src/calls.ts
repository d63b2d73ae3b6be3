import { encodeFunctionData, type Address, type Hex } from "viem";
import { opgGovernorAbi } from "./abi/OPGGovernor.ts";
import { opgAbi } from "./abi/OPG.ts";
import { paymentHubAbi } from "./abi/PaymentHub.ts";
import { stakingAbi } from "./abi/Staking.ts";
import type { SystemAddresses } from "./addresses.ts";

/** A transaction ready to be signed: what `sendTransaction` of viem and wagmi takes. */
export interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** What may be said to a proposal; the numbers are OpenZeppelin's. */
export const VoteChoice = { against: 0, for: 1, abstain: 2 } as const;

/** A word of {@link VoteChoice}. */
export type VoteChoiceName = keyof typeof VoteChoice;

/** Lets `spender` take up to `amount` OPG (base units) of the sender. */
export function approveCall(addresses: SystemAddresses, options: { spender: Address; amount: bigint }): Call {
  const data = encodeFunctionData({
    abi: opgAbi,
    functionName: "approve",
    args: [options.spender, options.amount],
  });
  return { to: addresses.OPG, data, value: 0n };
}

/** Stakes `amount` OPG (base units) behind an operator; the staking contract needs an allowance first. */
export function stakeCall(addresses: SystemAddresses, options: { operator: Address; amount: bigint }): Call {
  const data = encodeFunctionData({
    abi: stakingAbi,
    functionName: "stake",
    args: [options.operator, options.amount],
  });
  return { to: addresses.Staking, data, value: 0n };
}

/** Begins to unbond: `assets` OPG (base units) leave the pool, and can be claimed after the unbonding period. */
export function unbondCall(addresses: SystemAddresses, options: { operator: Address; assets: bigint }): Call {
  const data = encodeFunctionData({
    abi: stakingAbi,
    functionName: "unbondAssets",
    args: [options.operator, options.assets],
  });
  return { to: addresses.Staking, data, value: 0n };
}

/** Lets the OPG in the sender's wallet vote for an account, his own for example, where the token has votes. */
export function delegateWalletCall(addresses: SystemAddresses, options: { delegatee: Address }): Call {
  const data = encodeFunctionData({ abi: opgAbi, functionName: "delegate", args: [options.delegatee] });
  return { to: addresses.OPG, data, value: 0n };
}

/** Votes on a proposal with everything that the sender votes with. */
export function voteCall(
  addresses: SystemAddresses,
  options: { proposalId: bigint; choice: VoteChoiceName; reason?: string },
): Call {
  const data = encodeFunctionData({
    abi: opgGovernorAbi,
    functionName: "castVoteWithReason",
    args: [options.proposalId, VoteChoice[options.choice], options.reason ?? ""],
  });
  return { to: addresses.OPGGovernor, data, value: 0n };
}

/** Puts OPG (base units) into the payment hub, as credit that pays for calls of `account`'s. */
export function depositCall(addresses: SystemAddresses, options: { account: Address; amount: bigint }): Call {
  const data = encodeFunctionData({
    abi: paymentHubAbi,
    functionName: "deposit",
    args: [options.account, options.amount],
  });
  return { to: addresses.PaymentHub, data, value: 0n };
}
