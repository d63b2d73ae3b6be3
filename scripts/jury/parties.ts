import { encodeFunctionData, type Address, type Hex } from "viem";

import { answerDisputesAbi } from "../../sdk/src/abi/AnswerDisputes.ts";
import { penaltiesAbi } from "../../sdk/src/abi/Penalties.ts";
import { settlementAbi } from "../../sdk/src/abi/Settlement.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { verifierRegistryAbi } from "../../sdk/src/abi/VerifierRegistry.ts";
import type { Receipt, SignedReceipt } from "../../sdk/src/receipt.ts";
import { describeFailure, revertDataOf } from "../../sdk/src/revert.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment, opg, printable } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { withDeposit } from "./deposits.ts";
import { presentRound, readOpenDispute } from "./disputes.ts";
import { requireWindow } from "./phases.ts";
import { disputesOf, operatorsOf } from "./view.ts";

/** The public signals of a circuit whose proofs answer challenges. */
const SIGNALS = 3n;
/** `FaultClass.WRONG_ANSWER`. */
const WRONG_ANSWER = 9;
/** Seconds of an epoch of the stake ledger. */
const EPOCH = 86_400n;

/** Checks a text that goes to the chain. @throws UserError when it is empty or too long */
async function checkText(view: GovernanceView, what: string, text: string): Promise<void> {
  const length = BigInt(Buffer.byteLength(text));
  const longest = await view.publicClient.readContract({ ...disputesOf(view), functionName: "MAX_TEXT" });
  if (length === 0n) throw new UserError(`Say where ${what} is: a URI that everybody can open.`);
  if (length > longest) throw new UserError(`The URI of ${what} has ${length} bytes; ${longest} fit.`);
}

/** What a receipt's dispute costs and can bring, in words. */
async function stakes(view: GovernanceView, { operator, issuedAt }: Receipt): Promise<readonly string[]> {
  const { publicClient, addresses } = view;
  const read = disputesOf(view);
  const [deposit, bond, fee, seats, terms] = await Promise.all([
    publicClient.readContract({ ...read, functionName: "openingDeposit" }),
    publicClient.readContract({ ...read, functionName: "BOND" }),
    publicClient.readContract({ ...read, functionName: "JUROR_FEE" }),
    publicClient.readContract({ ...read, functionName: "seatsOf", args: [0n] }),
    publicClient.readContract({
      address: addresses.Penalties,
      abi: penaltiesAbi,
      functionName: "termsAt",
      args: [WRONG_ANSWER, issuedAt],
    }),
  ]);
  const first = `${terms.fractionBps / 100} %`;
  const share = terms.maximumBps === terms.fractionBps ? first : `${first} to ${terms.maximumBps / 100} %`;
  return [
    `It takes ${opg(deposit)}: a bond of ${opg(bond)}, and ${seats} juror's fees of ${opg(fee)}.`,
    `Guilty: ${operator} loses ${share} of the stake behind him; you get the bond, the fees that no juror earned, and ` +
      `${terms.bounty ? "the bounty (Staking.claimBounty)" : "no bounty, which a wrong answer does not have now"}.`,
    `Not guilty: the bond is the operator's, and you get the fees that no juror earned.`,
    "No majority: you get the bond, and the fees of those who did not vote.",
    "Who loses can appeal, for a deposit of his own; nothing more is asked of you.",
  ];
}

/** Whether an answer can be proven, as the contract asks. */
async function isProvable({ publicClient, addresses }: GovernanceView, keyId: Hex): Promise<boolean> {
  const registry = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi } as const;
  try {
    const read = { ...registry, functionName: "publicSignalsOf", args: [keyId] } as const;
    return (await publicClient.readContract(read)) === SIGNALS;
  } catch (error) {
    // The registry refuses keys that it does not know.
    if (revertDataOf(error) !== undefined) return false;
    throw error;
  }
}

/** @throws UserError when the receipt is none that a jury decides about */
async function checkReceipt(view: GovernanceView, { receipt, evidence }: SignedReceipt, now: bigint): Promise<void> {
  const { publicClient, addresses } = view;
  const settlement = { address: addresses.Settlement, abi: settlementAbi } as const;
  const { operator, nonce, keyId, mode, issuedAt } = receipt;
  if (mode !== InferenceMode.TEE) {
    throw new UserError("The receipt is not an enclave's: only answers in mode TEE are believed by signature.");
  }
  if (issuedAt > now) throw new UserError(`The receipt is dated ${moment(issuedAt, now)}.`);
  const used = await publicClient.readContract({
    ...settlement,
    functionName: "isNonceUsed",
    args: [operator, nonce],
  });
  if (!used) throw new UserError(`The receipt was never settled: ${operator} has not used its nonce ${nonce}.`);
  if (await isProvable(view, keyId)) {
    throw new UserError(
      `The answer can be proven, by the circuit of key ${keyId}: ask for the proof with AnswerChallenges.challenge.`,
    );
  }
  try {
    await publicClient.readContract({ ...settlement, functionName: "checkAttested", args: [receipt, evidence] });
  } catch (cause) {
    if (revertDataOf(cause) === undefined) throw cause;
    throw new UserError(`The signature is not that of the receipt's enclave: ${describeFailure(cause)}.`, { cause });
  }
}

/** Until when the receipt can be disputed, in words. @throws UserError when it cannot any more */
async function lastMoment(view: GovernanceView, { issuedAt }: Receipt, now: bigint): Promise<string> {
  const { publicClient, addresses } = view;
  const [window, { unbondingPeriod }] = await Promise.all([
    publicClient.readContract({ ...disputesOf(view), functionName: "EVIDENCE_WINDOW" }),
    publicClient.readContract({ address: addresses.Staking, abi: stakingAbi, functionName: "config" }),
  ]);
  const certain = issuedAt + window;
  // The ledger reaches whole days.
  const latest = (issuedAt / EPOCH + unbondingPeriod + 1n) * EPOCH - 1n;
  if (now > latest) throw new UserError(`It is too late: this receipt could be disputed until ${moment(latest, now)}.`);
  return (
    `It can be disputed until ${moment(certain, now)} in any case, and until ${moment(latest, now)} ` +
    "if the operator has a place for another hold."
  );
}

/**
 * Says that a settled answer is wrong, after the approval it needs.
 *
 * @param evidence where a juror finds input, output and what is wrong
 * @throws UserError when it is none that a jury decides about, or the sender cannot pay
 */
export async function prepareDispute(
  view: GovernanceView,
  sender: Address,
  signed: SignedReceipt,
  evidence: string,
): Promise<{ readonly calls: readonly PreparedCall[]; readonly id: Hex; readonly deposit: bigint }> {
  const { publicClient, addresses } = view;
  const { receipt } = signed;
  const now = await chainTime(view);
  await checkText(view, "the evidence", evidence);
  await checkReceipt(view, signed, now);
  const args = [receipt] as const;
  const settlement = { address: addresses.Settlement, abi: settlementAbi } as const;
  const id = await publicClient.readContract({ ...settlement, functionName: "hashReceipt", args });
  const { state } = await publicClient.readContract({ ...disputesOf(view), functionName: "disputeOf", args: [id] });
  if (state !== 0) throw new UserError(`The receipt was disputed before: npx hardhat jury status --dispute ${id}`);
  const last = await lastMoment(view, receipt, now);
  const deposit = await publicClient.readContract({ ...disputesOf(view), functionName: "openingDeposit" });
  const call = {
    to: addresses.AnswerDisputes,
    data: encodeFunctionData({
      abi: answerDisputesAbi,
      functionName: "dispute",
      args: [receipt, signed.evidence, evidence],
    }),
    lines: [
      `Dispute the answer ${id} of ${receipt.operator}, dated ${moment(receipt.issuedAt, now)}.`,
      last,
      ...(await stakes(view, receipt)),
      `Jurors begin at ${printable(evidence)}. Keep it there until the end.`,
    ],
  };
  return { calls: await withDeposit(view, sender, deposit, call), id, deposit };
}

/** Whether an account is the operator or speaks for him. */
async function isAccused(view: GovernanceView, operator: Address, account: Address): Promise<boolean> {
  if (account === operator) return true;
  const read = { ...operatorsOf(view), functionName: "operatorOf", args: [operator] } as const;
  return (await view.publicClient.readContract(read)).owner === account;
}

/** Adds an argument. @throws UserError when votes are being opened */
export async function prepareArgument(view: GovernanceView, id: Hex, argument: string): Promise<PreparedCall> {
  await checkText(view, "the argument", argument);
  const dispute = await readOpenDispute(view, id);
  requireWindow("The time for arguments", dispute.openedAt, presentRound(dispute).revealFrom, await chainTime(view));
  return {
    to: view.addresses.AnswerDisputes,
    data: encodeFunctionData({ abi: answerDisputesAbi, functionName: "argue", args: [id, argument] }),
    lines: [`Jurors of ${id} also find ${printable(argument)}.`],
  };
}

/** Asks for a second jury, after the approval it needs. @throws UserError when the sender cannot, or it is not the time */
export async function prepareAppeal(
  view: GovernanceView,
  sender: Address,
  id: Hex,
): Promise<{ readonly calls: readonly PreparedCall[]; readonly deposit: bigint }> {
  const dispute = await readOpenDispute(view, id);
  const { appealFrom, endsAt, verdict } = presentRound(dispute);
  if (dispute.appellant !== null)
    throw new UserError(`${dispute.appellant} has appealed already; there is one appeal.`);
  requireWindow("The time for appeals", appealFrom, endsAt, await chainTime(view));
  const accused = await isAccused(view, dispute.operator, sender);
  const word = verdict === "none" ? "no majority" : verdict;
  if (verdict === (accused ? "not-guilty" : "guilty")) {
    throw new UserError(`The jury said ${word}: ${sender} is not who can appeal.`);
  }
  const [deposit, seats] = await Promise.all([
    view.publicClient.readContract({ ...disputesOf(view), functionName: "appealDeposit" }),
    view.publicClient.readContract({ ...disputesOf(view), functionName: "seatsOf", args: [1n] }),
  ]);
  const call = {
    to: view.addresses.AnswerDisputes,
    data: encodeFunctionData({ abi: answerDisputesAbi, functionName: "appeal", args: [id] }),
    lines: [
      `Appeal against the verdict of ${id}: ${word}. A second jury has ${seats} seats, and its verdict is final.`,
      `It takes ${opg(deposit)}. Half of it are the jury's fees, of which you get back what no juror earns.`,
      `You appeal ${accused ? "for the operator" : "so that he is found guilty"}. The other half is yours again if that ` +
        "is the verdict, or nobody wins; else the other side's.",
    ],
  };
  return { calls: await withDeposit(view, sender, deposit, call), deposit };
}
