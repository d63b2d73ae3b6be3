import {
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  isAddressEqual,
  keccak256,
  parseAbiParameters,
  parseEventLogs,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { penaltiesAbi } from "../../sdk/src/abi/Penalties.ts";
import { settlementAbi } from "../../sdk/src/abi/Settlement.ts";
import { stakeLensAbi } from "../../sdk/src/abi/StakeLens.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { computeEvidenceCommitment, type Receipt } from "../../sdk/src/receipt.ts";
import { decodeRevert, revertDataOf } from "../../sdk/src/revert.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import { sendCall, type CallOutcome, type PreparedCall } from "../gov/send.ts";
import { moment, opg } from "../gov/words.ts";
import type { Clients } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import { findFlaw, type Evidence } from "./evidence.ts";

/** The number of {FaultClass.EQUIVOCATION}. */
const EQUIVOCATION = 1;

/** What a contradiction is worth; amounts in OPG base units. */
export interface Contradiction {
  readonly contradiction: true;
  readonly requestId: Hex;
  readonly operator: Address;
  /** The later date of the two, and now at most: Unix seconds. */
  readonly infractionTime: bigint;
  /** Whether somebody has shown it before. */
  readonly punished: boolean;
  /** Whether the ledger can still punish faults of that day. */
  readonly inReach: boolean;
  /** What operator and delegators would lose now. */
  readonly slash: bigint;
  /** The challenger's part of it. */
  readonly bounty: bigint;
}

/** What two receipts are. */
export type Assessment = Contradiction | { readonly contradiction: false; readonly flaw: string };

/** Judges two receipts, and asks the chain only for what does not give the evidence away. */
export async function assessEvidence(view: GovernanceView, evidence: Evidence): Promise<Assessment> {
  const flaw = (await findFlaw(domainOf(view), evidence)) ?? (await findForeignEnclave(view, evidence));
  return flaw === undefined ? priceOf(view, evidence) : { contradiction: false, flaw };
}

function domainOf({ publicClient, addresses }: GovernanceView) {
  return { chainId: publicClient.chain.id, settlement: addresses.Settlement };
}

async function findForeignEnclave(view: GovernanceView, { first, second }: Evidence): Promise<string | undefined> {
  const registry = { address: view.addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  for (const { operator, enclaveId } of [first.receipt, second.receipt]) {
    const owner = await view.publicClient.readContract({
      ...registry,
      functionName: "operatorOf",
      args: [enclaveId],
    });
    if (isAddressEqual(owner, zeroAddress)) return `the enclave ${enclaveId} was never registered`;
    if (!isAddressEqual(owner, operator)) return `the enclave ${enclaveId} is not ${operator}'s but ${owner}'s`;
  }
  return undefined;
}

async function priceOf(view: GovernanceView, { first, second }: Evidence): Promise<Contradiction> {
  const { publicClient, addresses } = view;
  const { requestId, operator } = first.receipt;
  const penalties = { address: addresses.Penalties, abi: penaltiesAbi } as const;
  const later = first.receipt.issuedAt > second.receipt.issuedAt ? first.receipt.issuedAt : second.receipt.issuedAt;
  const now = await chainTime(view);
  const infractionTime = later < now ? later : now;
  const [, chargedBps] = await publicClient.readContract({
    ...penalties,
    functionName: "previewPunish",
    args: [operator, EQUIVOCATION, infractionTime],
  });
  const preview = await publicClient.readContract({
    address: addresses.StakeLens,
    abi: stakeLensAbi,
    functionName: "previewSlash",
    args: [operator, BigInt(chargedBps), infractionTime],
  });
  return {
    contradiction: true,
    requestId,
    operator: getAddress(operator),
    infractionTime,
    punished: await isPunished(view, first.receipt),
    inReach: preview.inReach,
    slash: preview.activeLoss + preview.unbondingLoss,
    bounty: preview.bounty,
  };
}

/**
 * Whether the contradiction was shown before. The ledger does not know faults that cost nothing more, so the contract of
 * penalties is asked, by an act that it refuses with another reason for a fault that it does not know.
 */
async function isPunished({ publicClient, addresses }: GovernanceView, receipt: Receipt): Promise<boolean> {
  const penalties = { address: addresses.Penalties, abi: penaltiesAbi } as const;
  const { operator, requestId } = receipt;
  const faultId = keccak256(
    encodeAbiParameters(parseAbiParameters("string kind, address settlement, address operator, bytes32 requestId"), [
      "EQUIVOCATION",
      addresses.Settlement,
      operator,
      requestId,
    ]),
  );
  const id = await publicClient.readContract({
    ...penalties,
    functionName: "idOf",
    args: [addresses.Settlement, operator, EQUIVOCATION, faultId],
  });
  try {
    await publicClient.simulateContract({ ...penalties, functionName: "escalate", args: [id] });
    return true;
  } catch (error) {
    const data = revertDataOf(error);
    if (data === undefined) throw error;
    return decodeRevert(data)?.name !== "PenaltiesFaultUnknown";
  }
}

/** {@link Contradiction} for people. */
export function contradictionLines({ operator, requestId, infractionTime, ...worth }: Contradiction, now: bigint) {
  const found = `${operator} signed two different answers to the request ${requestId}, the later one ${moment(infractionTime, now)}.`;
  if (worth.punished) return [found, "It was shown before; there is nothing left to earn."];
  if (!worth.inReach) return [found, "It is too old: the stake ledger reaches that day no more."];
  return [
    found,
    `Shown now, it would cost him and his delegators ${opg(worth.slash)}; ${opg(worth.bounty)} of it go to the challenger.`,
  ];
}

/** A challenger's commitment, as far as it is on the chain. */
export interface Commitment {
  readonly commitment: Hex;
  /** Unix seconds; 0 while it is not recorded. */
  readonly committedAt: bigint;
  /** When its evidence can be shown, Unix seconds; meaningless while it is not recorded. */
  readonly revealableAt: bigint;
}

/** Looks a challenger's commitment up: after an interruption it is there already. */
export async function readCommitment(
  view: GovernanceView,
  challenger: Address,
  { first, second }: Evidence,
): Promise<Commitment> {
  const settlement = { address: view.addresses.Settlement, abi: settlementAbi } as const;
  const commitment = computeEvidenceCommitment({ ...domainOf(view), challenger, first, second });
  const [committedAt, delay] = await Promise.all([
    view.publicClient.readContract({ ...settlement, functionName: "committedAt", args: [commitment] }),
    view.publicClient.readContract({ ...settlement, functionName: "COMMITMENT_DELAY" }),
  ]);
  return { commitment, committedAt, revealableAt: committedAt + delay };
}

/** The first transaction, which shows nothing. */
export function prepareCommitment({ addresses }: GovernanceView, commitment: Hex): PreparedCall {
  return {
    to: addresses.Settlement,
    data: encodeFunctionData({ abi: settlementAbi, functionName: "commitEvidence", args: [commitment] }),
    lines: [
      `First the commitment ${commitment} is sent, then, once it counts, the evidence.`,
      "Keep the evidence to yourself until then: whoever has it can commit as well.",
    ],
  };
}

/** The second transaction, which shows the evidence. */
export function prepareReveal({ addresses }: GovernanceView, { first, second }: Evidence): PreparedCall {
  return {
    to: addresses.Settlement,
    data: encodeFunctionData({
      abi: settlementAbi,
      functionName: "challengeEquivocation",
      args: [first.receipt, first.evidence, second.receipt, second.evidence],
    }),
    lines: [],
  };
}

/** Sends the commitment, unless somebody does so first: it is the challenger's all the same. */
export async function sendCommitment(
  clients: Clients,
  view: GovernanceView,
  evidence: Evidence,
  commitment: Hex,
): Promise<CallOutcome | undefined> {
  try {
    return await sendCall(clients, prepareCommitment(view, commitment));
  } catch (error) {
    const { committedAt } = await readCommitment(view, clients.walletClient.account.address, evidence);
    if (committedAt === 0n) throw error;
    return undefined;
  }
}

/** What a reveal did; amounts in OPG base units. */
export interface RevealOutcome extends CallOutcome {
  readonly slashed: bigint;
  readonly bounty: bigint;
}

/** Shows the evidence. @throws UserError when somebody else did so first */
export async function sendReveal(clients: Clients, view: GovernanceView, evidence: Evidence): Promise<RevealOutcome> {
  if (await isPunished(view, evidence.first.receipt)) {
    throw new UserError("Somebody else showed this contradiction first; the evidence was not sent.");
  }
  const outcome = await sendCall(clients, prepareReveal(view, evidence));
  const { logs } = await clients.publicClient.getTransactionReceipt({ hash: outcome.transactionHash });
  const [proven] = parseEventLogs({ abi: settlementAbi, logs, eventName: "EquivocationProven" });
  if (proven === undefined) throw new Error(`The transaction ${outcome.transactionHash} proved nothing.`);
  return { ...outcome, slashed: proven.args.slashed, bounty: proven.args.bounty };
}

/** Pays an account the bounties that it has earned. @throws UserError when there are none */
export async function prepareBounty(
  { publicClient, addresses }: GovernanceView,
  account: Address,
): Promise<PreparedCall & { readonly amount: bigint }> {
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const amount = await publicClient.readContract({ ...staking, functionName: "bountyOf", args: [account] });
  if (amount === 0n) throw new UserError(`${account} has no bounty that was not paid.`);
  return {
    to: staking.address,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "claimBounty", args: [account] }),
    lines: [`${opg(amount)} of bounties go to ${account}.`],
    amount,
  };
}
