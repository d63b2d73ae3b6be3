import type { Address, Hex } from "viem";

import type { GovernanceView } from "../gov/proposals.ts";
import { moment, opg, printable } from "../gov/words.ts";
import { renderTable } from "../lib/table.ts";
import {
  presentRound,
  readBallot,
  readDispute,
  readHistory,
  type Ballot,
  type Dispute,
  type DisputeHistory,
} from "./disputes.ts";
import { nextSteps, phaseOf, phaseWords, type ChainMoment } from "./phases.ts";
import { bondsOf, disputesOf, type JuryView } from "./view.ts";

/** A juror of a round, with what he did. */
export interface Juror extends Pick<Ballot, "seats" | "vote" | "paid"> {
  readonly juror: Address;
  readonly sealed: boolean;
}

/** Everything about a dispute at a moment. */
export interface DisputeReport extends Dispute, Pick<DisputeHistory, "receipt" | "evidence" | "arguments"> {
  readonly at: ChainMoment;
  readonly phase: ReturnType<typeof phaseOf>;
  /** By round. */
  readonly jurors: readonly (readonly Juror[])[];
  /** What was deposited and is not awarded yet, OPG base units. */
  readonly deposits: bigint;
  /** OPG base units. */
  readonly appealDeposit: bigint;
  readonly next: readonly string[];
}

/** The time and the newest block. */
export async function chainMoment({ publicClient }: GovernanceView): Promise<ChainMoment> {
  const { timestamp: now, number: block } = await publicClient.getBlock();
  return { now, block };
}

/** Reads everything about a dispute. @throws UserError when the receipt was never disputed */
export async function reportDispute(view: JuryView, id: Hex): Promise<DisputeReport> {
  const dispute = await readDispute(view, id);
  const [at, history, deposits, appealDeposit] = await Promise.all([
    chainMoment(view),
    readHistory(view, dispute),
    view.publicClient.readContract({
      ...bondsOf(view),
      functionName: "bondOf",
      args: [view.addresses.AnswerDisputes, id],
    }),
    view.publicClient.readContract({ ...disputesOf(view), functionName: "appealDeposit" }),
  ]);
  const jurors = await Promise.all(
    history.jurors.map((drawn, round) =>
      Promise.all([...new Set(drawn)].map((juror) => jurorOf(view, id, BigInt(round), juror))),
    ),
  );
  const { receipt, evidence, arguments: said } = history;
  const next = nextSteps(dispute, at, { appeal: opg(appealDeposit) });
  const phase = phaseOf(dispute, at);
  return { ...dispute, at, phase, receipt, evidence, arguments: said, jurors, deposits, appealDeposit, next };
}

async function jurorOf(view: JuryView, id: Hex, round: bigint, juror: Address): Promise<Juror> {
  const { commitment, seats, vote, paid } = await readBallot(view, id, round, juror);
  return { juror, seats, sealed: BigInt(commitment) !== 0n, vote, paid };
}

/** The rounds as a table. */
function roundTable({ rounds, drawn }: Dispute): string {
  const head = ["Jury", "Seats", "Majority", "Guilty", "Not guilty", "Abstained", "Says"];
  const rows = rounds.map(({ planned, seats, guilty, notGuilty, abstained, verdict }, place) => {
    const isDrawn = place < rounds.length - 1 || drawn;
    return [
      String(place + 1),
      isDrawn ? `${seats} of ${planned}` : `none of ${planned} yet`,
      String(planned / 2n + 1n),
      String(guilty),
      String(notGuilty),
      String(abstained),
      verdict === "none" ? "no majority" : verdict,
    ];
  });
  return renderTable(head, rows);
}

function jurorLine({ juror, seats, sealed, vote }: Juror): string {
  const did = vote !== "none" ? vote : sealed ? "sealed" : "silent";
  return `  ${juror}, ${seats} ${seats === 1 ? "seat" : "seats"}: ${did}`;
}

/** {@link reportDispute} for people. */
export function reportLines(report: DisputeReport): readonly string[] {
  const { id, at, challenger, operator, appellant, evidence, jurors, deposits, appealDeposit, next } = report;
  const { appealFrom, endsAt } = presentRound(report);
  return [
    `Dispute ${id}`,
    phaseWords(report, at),
    `${challenger} says that an answer of ${operator} from ${moment(report.issuedAt, at.now)} is wrong.`,
    `Evidence: ${evidence === null ? "the node has lost the event; ask another one" : printable(evidence)}`,
    ...report.arguments.map(({ author, argument }) => `${author} adds: ${printable(argument)}`),
    roundTable(report),
    ...jurors.flatMap((list, round) => [`Jury ${round + 1}:`, ...list.map(jurorLine)].slice(list.length === 0 ? 1 : 0)),
    ...(appellant === null ? [] : [`${appellant} appealed.`]),
    `Deposits: ${opg(deposits)}. ${report.round === 0n ? `An appeal takes ${opg(appealDeposit)}.` : "There is one appeal."}`,
    ...(report.state === "open"
      ? [
          `${report.round === 0n ? "Appeal" : "Veto"} from ${moment(appealFrom, at.now)}, final ${moment(endsAt, at.now)}.`,
        ]
      : []),
    "Next:",
    ...next.map((line) => `  ${line}`),
  ];
}

/** Open disputes as a table, or a sentence when there is none. */
export function disputeTable(disputes: readonly Dispute[], at: ChainMoment): string {
  if (disputes.length === 0) return "No dispute is open.";
  const rows = disputes.map((dispute) => [`${dispute.id}\nagainst ${dispute.operator}`, phaseWords(dispute, at)]);
  return renderTable(["Open dispute", "Now"], rows, { widths: [70, 50], ruled: true });
}
