import { zeroAddress, type Address, type Hex } from "viem";

import type { Receipt } from "../../sdk/src/receipt.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { blocksAt, inRanges } from "../hub/blocks.ts";
import { UserError } from "../lib/user-error.ts";
import { disputesOf, type JuryView } from "./view.ts";

/** The states of a dispute in the contract's order. */
export const DISPUTE_STATES = ["none", "open", "guilty", "acquitted", "drawn", "vetoed", "expired"] as const;

/** The votes of jurors and the verdicts of juries in the contract's order; a jury without a majority says "none". */
export const VOTES = ["none", "guilty", "not-guilty", "abstain"] as const;

/** A word of {@link DISPUTE_STATES}. */
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** A word of {@link VOTES}. */
export type VoteWord = (typeof VOTES)[number];

/** One round: its windows (Unix seconds, each ends before the next begins) and its seats by vote. */
export interface Round {
  readonly commitFrom: bigint;
  readonly revealFrom: bigint;
  readonly appealFrom: bigint;
  readonly endsAt: bigint;
  /** The seats that a majority is counted of. */
  readonly planned: bigint;
  /** Those that were drawn; 0 before the draw. */
  readonly seats: bigint;
  readonly guilty: bigint;
  readonly notGuilty: bigint;
  readonly abstained: bigint;
  readonly verdict: VoteWord;
}

/** A dispute as it stands; times in Unix seconds. */
export interface Dispute {
  readonly id: Hex;
  readonly state: DisputeState;
  readonly challenger: Address;
  readonly operator: Address;
  /** Who asked for the second jury; null when nobody did. */
  readonly appellant: Address | null;
  /** The receipt's date. */
  readonly issuedAt: bigint;
  readonly openedAt: bigint;
  /** The last second in which a guilty verdict is carried out. */
  readonly resolveBy: bigint;
  /** The jury that decides: 0, or 1 after an appeal. */
  readonly round: bigint;
  readonly drawBlock: bigint;
  /** Whether that jury was drawn. */
  readonly drawn: boolean;
  /** The rounds up to the present one. */
  readonly rounds: readonly Round[];
}

/** Reads a dispute. @throws UserError when the receipt was never disputed */
export async function readDispute(view: GovernanceView, id: Hex): Promise<Dispute> {
  const { publicClient } = view;
  const read = disputesOf(view);
  const found = await publicClient.readContract({ ...read, functionName: "disputeOf", args: [id] });
  const state = DISPUTE_STATES[found.state] ?? "none";
  if (state === "none") throw new UserError(`There is no dispute ${id} on chain ${publicClient.chain.id}.`);
  const places = found.round === 0n ? [0n] : [0n, 1n];
  const rounds = await Promise.all(
    places.map(async (place) => {
      const { verdict, ...round } = await publicClient.readContract({
        ...read,
        functionName: "roundOf",
        args: [id, place],
      });
      return { ...round, verdict: VOTES[verdict] ?? "none" };
    }),
  );
  const { challenger, operator, issuedAt, openedAt, resolveBy, round, drawBlock, drawn } = found;
  const appellant = found.appellant === zeroAddress ? null : found.appellant;
  return { id, state, challenger, operator, appellant, issuedAt, openedAt, resolveBy, round, drawBlock, drawn, rounds };
}

/** The present round of a dispute. */
export function presentRound({ id, rounds }: Dispute): Round {
  const round = rounds.at(-1);
  if (round === undefined) throw new Error(`dispute ${id} has no round`);
  return round;
}

/** Reads a dispute that must not have ended. @throws UserError when it has, or never began */
export async function readOpenDispute(view: GovernanceView, id: Hex): Promise<Dispute> {
  const dispute = await readDispute(view, id);
  if (dispute.state !== "open") throw new UserError(`The dispute ${id} has ended: ${dispute.state}.`);
  return dispute;
}

/** All disputes that have not ended, oldest first. */
export async function readOpenDisputes(view: JuryView): Promise<readonly Dispute[]> {
  const events = await inRanges(view, (range) =>
    view.publicClient.getContractEvents({ ...disputesOf(view), eventName: "AnswerDisputed", strict: true, ...range }),
  );
  const disputes: Dispute[] = [];
  for (const { args } of events) disputes.push(await readDispute(view, args.id));
  return disputes.filter(({ state }) => state === "open");
}

/** What was said and who was drawn; texts are those of strangers. */
export interface DisputeHistory {
  readonly receipt: Receipt | null;
  /** Where the challenger's evidence is. */
  readonly evidence: string | null;
  readonly arguments: readonly { readonly author: Address; readonly argument: string }[];
  /** By round, then one address per seat. */
  readonly jurors: readonly (readonly Address[])[];
}

/** Reads what only events say of a dispute; null and empty where the node has lost them. */
export async function readHistory(view: JuryView, { id, openedAt, rounds }: Dispute): Promise<DisputeHistory> {
  const event = { ...disputesOf(view), args: { id }, strict: true } as const;
  const { publicClient } = view;
  const since = { ...view, firstBlock: (await blocksAt(view, openedAt)).fromBlock };
  const [opened] = await inRanges(since, (range) =>
    publicClient.getContractEvents({ ...event, eventName: "AnswerDisputed", ...range }),
  );
  const said = await inRanges(since, (range) =>
    publicClient.getContractEvents({ ...event, eventName: "ArgumentMade", ...range }),
  );
  const drawn = await inRanges(since, (range) =>
    publicClient.getContractEvents({ ...event, eventName: "JuryDrawn", ...range }),
  );
  return {
    receipt: opened?.args.receipt ?? null,
    evidence: opened?.args.evidence ?? null,
    arguments: said.map(({ args: { author, argument } }) => ({ author, argument })),
    jurors: rounds.map((_round, place) => drawn.find(({ args }) => args.round === BigInt(place))?.args.jurors ?? []),
  };
}

/** What a juror did in a round. */
export interface Ballot {
  readonly commitment: Hex;
  /** 0 if he was not drawn. */
  readonly seats: number;
  /** His vote once opened, else "none". */
  readonly vote: VoteWord;
  readonly paid: boolean;
}

/** Reads what a juror did in a round. */
export async function readBallot(view: GovernanceView, id: Hex, round: bigint, juror: Address): Promise<Ballot> {
  const { commitment, seats, vote, paid } = await view.publicClient.readContract({
    ...disputesOf(view),
    functionName: "ballotOf",
    args: [id, round, juror],
  });
  return { commitment, seats, vote: VOTES[vote] ?? "none", paid };
}
