import { encodeFunctionData, zeroAddress, type Address, type Hex } from "viem";

import { answerDisputesAbi } from "../../sdk/src/abi/AnswerDisputes.ts";
import { challengeBondsAbi } from "../../sdk/src/abi/ChallengeBonds.ts";
import { penaltiesAbi } from "../../sdk/src/abi/Penalties.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment, opg } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { presentRound, readBallot, readDispute, readOpenDispute, type Dispute } from "./disputes.ts";
import { phaseOf, phaseWords } from "./phases.ts";
import { operatorsOfAccount } from "./pool.ts";
import { bondsOf, disputesOf, operatorsOf } from "./view.ts";

/** Draws the jury of the present round. @throws UserError when it is drawn, or too early or too late */
export async function prepareDraw(view: GovernanceView, id: Hex): Promise<PreparedCall> {
  const dispute = await readOpenDispute(view, id);
  const { number: block, timestamp: now } = await view.publicClient.getBlock();
  const { draw } = phaseOf(dispute, { now, block });
  if (draw !== "due") throw new UserError(`There is nothing to draw. ${phaseWords(dispute, { now, block })}`);
  const { planned, revealFrom } = presentRound(dispute);
  return {
    to: view.addresses.AnswerDisputes,
    data: encodeFunctionData({ abi: answerDisputesAbi, functionName: "draw", args: [id] }),
    lines: [
      `Draw ${planned} seats for ${id} by the hash of block ${dispute.drawBlock}. Votes are sealed until ${moment(revealFrom, now)}.`,
      phaseWords(dispute, { now, block }),
    ],
  };
}

const WITHOUT_MAJORITY = "No majority: the bond and what no juror earned go back.";

/** What carrying the verdict out does, in words. */
async function verdictLines(view: GovernanceView, dispute: Dispute, now: bigint): Promise<readonly string[]> {
  const { verdict } = presentRound(dispute);
  if (verdict === "not-guilty") return [`Not guilty: the bond goes to the payee of ${dispute.operator}.`];
  if (verdict !== "guilty") return [WITHOUT_MAJORITY];
  if (now > dispute.resolveBy) return ["Guilty, but too late to punish: the deposits go back."];
  const budget = { address: view.addresses.Penalties, abi: penaltiesAbi, functionName: "juryBudget" } as const;
  const [available, capacity] = await view.publicClient.readContract(budget);
  return [
    `Guilty: ${dispute.operator} is punished for a wrong answer.`,
    `Juries may take ${opg(available)} now, ${opg(capacity)} a day; if it takes more, it fails, and succeeds within a day.`,
  ];
}

/** Carries the verdict out. @throws UserError when it is not final */
export async function prepareResolve(view: GovernanceView, id: Hex): Promise<PreparedCall> {
  const dispute = await readOpenDispute(view, id);
  const now = await chainTime(view);
  const { endsAt } = presentRound(dispute);
  if (now < endsAt) throw new UserError(`The verdict is not final before ${moment(endsAt, now)}.`);
  return {
    to: view.addresses.AnswerDisputes,
    data: encodeFunctionData({ abi: answerDisputesAbi, functionName: "resolve", args: [id] }),
    lines: [`Resolve ${id}.`, ...(await verdictLines(view, dispute, now))],
  };
}

/** The rounds in which a juror earned a fee that was not collected, with the fee. */
async function feesOf(view: GovernanceView, dispute: Dispute, juror: Address) {
  const { id, state, rounds } = dispute;
  const perSeat = await view.publicClient.readContract({ ...disputesOf(view), functionName: "JUROR_FEE" });
  const verdict = state === "guilty" ? "guilty" : state === "acquitted" ? "not-guilty" : undefined;
  const found: { readonly round: bigint; readonly fee: bigint }[] = [];
  for (const round of rounds.keys()) {
    const { seats, vote, paid } = await readBallot(view, id, BigInt(round), juror);
    const earned = vote !== "none" && (verdict === undefined || vote === verdict);
    if (earned && !paid) found.push({ round: BigInt(round), fee: BigInt(seats) * perSeat });
  }
  return found;
}

/** Where an operator's income goes; his own account when he names no other, and whoever is no operator has only that. */
async function payeeOf(view: GovernanceView, account: Address): Promise<Address> {
  const read = { ...operatorsOf(view), functionName: "payeeOf", args: [account] } as const;
  const payee = await view.publicClient.readContract(read);
  return payee === zeroAddress ? account : payee;
}

/**
 * Collects what a dispute brought: the fees of all rounds of a juror, then everything that the contract of deposits keeps for
 * his payee and for the sender.
 *
 * @param wanted the juror; undefined takes the operators that the sender speaks for
 * @throws UserError when it has not ended, or there is nothing
 */
export async function prepareCollect(
  view: GovernanceView,
  sender: Address,
  id: Hex,
  wanted: Address | undefined,
): Promise<{ readonly calls: readonly PreparedCall[]; readonly fees: bigint; readonly amount: bigint }> {
  const dispute = await readDispute(view, id);
  if (dispute.state === "open") {
    const { number: block, timestamp: now } = await view.publicClient.getBlock();
    throw new UserError(`Nothing is earned before the end. ${phaseWords(dispute, { now, block })}`);
  }
  const calls: PreparedCall[] = [];
  const coming = new Map<Address, bigint>(wanted === undefined ? [[sender, 0n]] : []);
  const jurors = wanted === undefined ? await operatorsOfAccount(view, sender) : [wanted];
  let fees = 0n;
  for (const juror of jurors) {
    const payee = await payeeOf(view, juror);
    coming.set(payee, coming.get(payee) ?? 0n);
    for (const { round, fee } of await feesOf(view, dispute, juror)) {
      fees += fee;
      coming.set(payee, (coming.get(payee) ?? 0n) + fee);
      calls.push({
        to: view.addresses.AnswerDisputes,
        data: encodeFunctionData({ abi: answerDisputesAbi, functionName: "collectFee", args: [id, round, juror] }),
        lines: [`${opg(fee)} of fees of jury ${round + 1n} are earned by ${juror}.`],
      });
    }
  }
  let amount = 0n;
  for (const [account, due] of coming) {
    const read = { ...bondsOf(view), functionName: "creditOf", args: [account] } as const;
    const credit = (await view.publicClient.readContract(read)) + due;
    if (credit === 0n) continue;
    amount += credit;
    calls.push({
      to: view.addresses.ChallengeBonds,
      data: encodeFunctionData({ abi: challengeBondsAbi, functionName: "withdraw", args: [account] }),
      lines: [`${opg(credit)} of deposits and fees, of this dispute and others, go to ${account}.`],
    });
  }
  if (calls.length === 0) throw new UserError(`There is nothing to collect for ${wanted ?? sender}.`);
  return { calls, fees, amount };
}
