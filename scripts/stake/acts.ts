import { encodeFunctionData, erc20Abi, zeroAddress, type Address } from "viem";

import { attendanceAbi } from "../../sdk/src/abi/Attendance.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { stakeLensAbi } from "../../sdk/src/abi/StakeLens.ts";
import { stakeRouterAbi } from "../../sdk/src/abi/StakeRouter.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { addressOf } from "../deploy/contracts.ts";
import { OPERATOR_ROLES } from "../gov/profiles.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment, opg } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";

const HOUR = 3_600n;
/** The most unbondings that the router claims at once. */
const MAXIMUM_CLAIMS = 64;

/** The set of roles that words with commas between name. @throws UserError at the first that is none */
export function rolesOf(text: string): number {
  return text.split(",").reduce((set, word) => {
    const bit = OPERATOR_ROLES.findIndex((role) => role === word.trim().toUpperCase());
    if (bit < 0) throw new UserError(`"${word}" is not a role; use ${OPERATOR_ROLES.join(", ")}, with commas between.`);
    return set | (1 << bit);
  }, 0);
}

/** A commission in bps. @throws UserError when it is none */
export function commissionOf(text: string): number {
  const bps = Number(text);
  if (/^\d+$/.test(text) && bps <= 10_000) return bps;
  throw new UserError(`"${text}" is not a commission in hundredths of a per cent, such as 500 for 5 %.`);
}

/** Hours as the struct `Uptime` of `IStakeLens` has them. */
export interface Uptime {
  readonly fullHours: bigint;
  readonly heartbeatHours: bigint;
  readonly checkInHours: bigint;
}

/** Who an operator will be. */
export interface Registration {
  /** See {@link rolesOf}. */
  readonly roles: number;
  readonly signingKey: Address;
  readonly commissionBps: number;
}

/** Makes the sender an operator. @throws UserError when he is one */
export async function prepareRegistration(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  { roles, signingKey, commissionBps }: Registration,
): Promise<PreparedCall> {
  const operators = { address: addressOf(addresses, "Operators"), abi: operatorsAbi } as const;
  const { owner } = await publicClient.readContract({ ...operators, functionName: "operatorOf", args: [sender] });
  if (owner !== zeroAddress)
    throw new UserError(`${sender} is an operator already. Add stake with: npx hardhat stake deposit ${sender} …`);
  const needed = await publicClient.readContract({ ...operators, functionName: "minSelfStakeOf", args: [roles] });
  const words = OPERATOR_ROLES.filter((_role, bit) => (roles & (1 << bit)) !== 0);
  return {
    to: operators.address,
    data: encodeFunctionData({
      abi: operatorsAbi,
      functionName: "registerOperator",
      args: [roles, signingKey, commissionBps],
    }),
    lines: [
      `${sender} becomes an operator for ${words.join(", ")}, with a commission of ${commissionBps / 100} %.`,
      `Answers are signed by ${signingKey}. Two different answers to one request cost stake, with all delegators'.`,
      `It counts once ${opg(needed)} of your own are staked.`,
    ],
  };
}

/** Lets the ledger take this much OPG, and no more, for stake to come. */
export function prepareApproval({ addresses }: GovernanceView, amount: bigint): PreparedCall {
  const spender = addresses.Staking;
  return {
    to: addresses.OPG,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] }),
    lines: [`The stake ledger ${spender} may take ${opg(amount)} of yours when you stake.`],
  };
}

/** Puts the sender's OPG behind an operator. @throws UserError when balance or allowance is too low */
export async function prepareDeposit(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  operator: Address,
  amount: bigint,
): Promise<PreparedCall> {
  const token = { address: addresses.OPG, abi: erc20Abi } as const;
  const args = [sender, addresses.Staking] as const;
  const [balance, allowance] = await Promise.all([
    publicClient.readContract({ ...token, functionName: "balanceOf", args: [sender] }),
    publicClient.readContract({ ...token, functionName: "allowance", args }),
  ]);
  if (balance < amount) throw new UserError(`${sender} has ${opg(balance)}; staking ${opg(amount)} takes more.`);
  if (allowance < amount) {
    throw new UserError(`The ledger may take ${opg(allowance)}. Allow more first: npx hardhat stake approve <amount>`);
  }
  const whose = sender === operator ? "your own pool" : `the pool of ${operator}`;
  return {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: [operator, amount] }),
    lines: [
      `${opg(amount)} go into ${whose}. A fault of the operator slashes every part of it alike.`,
      "Leaving takes the unbonding period, during which earlier faults still reach it.",
    ],
  };
}

/** Begins to take stake out. @throws UserError when there is less */
export async function prepareUnbonding(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  operator: Address,
  amount: bigint,
): Promise<PreparedCall> {
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const staked = await publicClient.readContract({ ...staking, functionName: "stakeOf", args: [operator, sender] });
  if (staked < amount) throw new UserError(`${sender} has ${opg(staked)} behind ${operator}, not ${opg(amount)}.`);
  return {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "unbondAssets", args: [operator, amount] }),
    lines: [
      `${opg(amount)} leave the pool of ${operator}. They earn and vote no more, and can be claimed once unbonded.`,
    ],
  };
}

/** Takes out everything of the sender that has unbonded, whatever its state. @throws UserError when that is nothing */
export async function prepareClaim(
  view: GovernanceView,
  sender: Address,
  operator: Address,
): Promise<PreparedCall & { readonly amount: bigint }> {
  const { unbondings, at } = await readStake(view, operator, sender);
  const due = unbondings.filter(({ claimableNow }) => claimableNow > 0n).slice(0, MAXIMUM_CLAIMS);
  if (due.length === 0) {
    const [first] = unbondings;
    const when =
      first === undefined ? "nothing is unbonding" : `the next can be from ${moment(first.claimableAt, at)} on`;
    throw new UserError(`${sender} can claim nothing behind ${operator} now: ${when}.`);
  }
  const amount = due.reduce((sum, { claimableNow }) => sum + claimableNow, 0n);
  const requests = due.map(({ bucketId }) => ({ operator, delegator: sender, bucketId }));
  return {
    to: addressOf(view.addresses, "StakeRouter"),
    data: encodeFunctionData({ abi: stakeRouterAbi, functionName: "claimMany", args: [requests] }),
    lines: [`${opg(amount)} of ${due.length} unbondings behind ${operator} go to ${sender}.`],
    amount,
  };
}

/** Pays out what the sender has earned behind an operator. @throws UserError when that is nothing */
export async function prepareRewards(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  operator: Address,
): Promise<PreparedCall & { readonly amount: bigint }> {
  const lens = { address: addressOf(addresses, "StakeLens"), abi: stakeLensAbi } as const;
  const [amount, payee] = await publicClient.readContract({
    ...lens,
    functionName: "previewClaimReward",
    args: [operator, sender],
  });
  if (amount === 0n) throw new UserError(`${sender} has earned nothing behind ${operator} that was not paid.`);
  return {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "claimReward", args: [operator, sender] }),
    lines: [`${opg(amount)} of rewards behind ${operator} go to ${payee}.`],
    amount,
  };
}

/**
 * Writes this hour into an operator's own book, by his word.
 *
 * @throws UserError when there is no such operator, he left, the sender is a stranger, or the hour is written already
 */
export async function prepareCheckIn(
  { publicClient, addresses }: GovernanceView,
  sender: Address,
  operator: Address,
): Promise<PreparedCall & { readonly hour: bigint }> {
  const attendance = { address: addressOf(addresses, "Attendance"), abi: attendanceAbi } as const;
  const [{ registeredAt, exitedAt, owner, signingKey }, { timestamp }] = await Promise.all([
    publicClient.readContract({
      address: addressOf(addresses, "Operators"),
      abi: operatorsAbi,
      functionName: "operatorOf",
      args: [operator],
    }),
    publicClient.getBlock(),
  ]);
  if (registeredAt === 0) throw new UserError(`${operator} is not an operator.`);
  if (exitedAt !== 0) throw new UserError(`${operator} left ${moment(BigInt(exitedAt), timestamp)}.`);
  if (![operator, owner, signingKey].includes(sender)) {
    throw new UserError(`${sender} cannot check in for ${operator}: use his account, ${owner}, or ${signingKey}.`);
  }
  const hour = timestamp / HOUR;
  const args = [operator, operator, hour, hour + 1n] as const;
  if ((await publicClient.readContract({ ...attendance, functionName: "hoursSeen", args })) !== 0n) {
    const next = moment((hour + 1n) * HOUR, timestamp);
    throw new UserError(`${operator} has checked in for this hour; the next begins at ${next}.`);
  }
  return {
    to: attendance.address,
    data: encodeFunctionData({ abi: attendanceAbi, functionName: "checkIn", args: [operator] }),
    lines: [`${operator} says that he is there. His page counts this hour once it is over, as his own word.`],
    hour,
  };
}

/** What an account has behind an operator, and who he is. */
export async function readStake({ publicClient, addresses }: GovernanceView, operator: Address, account: Address) {
  const lens = { address: addressOf(addresses, "StakeLens"), abi: stakeLensAbi } as const;
  const [page, position, { timestamp }] = await Promise.all([
    publicClient.readContract({ ...lens, functionName: "operatorPage", args: [operator] }),
    publicClient.readContract({ ...lens, functionName: "positionOf", args: [operator, account] }),
    publicClient.getBlock(),
  ]);
  return {
    operator,
    account,
    active: page.active,
    selfStake: page.selfStake,
    delegated: page.delegated,
    commissionBps: page.commissionBps,
    uptime: page.uptime,
    staked: position.staked,
    pendingReward: position.pendingReward,
    votes: position.votes,
    ownVotes: position.ownVotes,
    unbondings: position.unbondings.map(({ bucketId, assets, claimableNow, claimableAt }) => {
      return { bucketId, assets, claimableNow, claimableAt };
    }),
    at: timestamp,
  };
}

/** {@link readStake} for people. */
export function stakeLines(stake: Awaited<ReturnType<typeof readStake>>): readonly string[] {
  return [
    `${stake.operator} is ${stake.active ? "active" : "not active"}: ${opg(stake.selfStake)} of his own, ` +
      `${opg(stake.delegated)} delegated, commission ${Number(stake.commissionBps) / 100} %.`,
    `Uptime: ${uptimeWords(stake.uptime)}.`,
    `${stake.account} has ${opg(stake.staked)} there, ${opg(stake.pendingReward)} of reward, and ${opg(stake.votes)} of votes; ` +
      `of those of the pool he can cast ${opg(stake.ownVotes)} himself.`,
    ...stake.unbondings.map(
      ({ assets, claimableAt }) => `${opg(assets)} can be claimed from ${moment(claimableAt, stake.at)}.`,
    ),
  ];
}

/** What the chain saw of an operator's last full hours, for people. */
export function uptimeWords({ fullHours, heartbeatHours, checkInHours }: Uptime): string {
  if (fullHours === 0n) return "no full hour of his service is over yet";
  const hours = fullHours === 1n ? "the last full hour" : `the last ${fullHours} full hours`;
  return `of ${hours}, ${heartbeatHours} with a heartbeat of an accepted enclave, ${checkInHours} with a check-in`;
}
