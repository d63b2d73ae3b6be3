import { encodeFunctionData, zeroHash, type Address, type Hex } from "viem";

import { answerDisputesAbi } from "../../sdk/src/abi/AnswerDisputes.ts";
import { JuryVote, type JuryVoteName } from "../../sdk/src/jury.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { presentRound, readBallot, readOpenDispute, type Ballot, type Dispute } from "./disputes.ts";
import { requireWindow } from "./phases.ts";
import { operatorsOfAccount } from "./pool.ts";
import { findVote, keepVote, sealVote, type BallotKey, type SealedVote } from "./sealed-votes.ts";

/** The words for votes on a command line. */
const WORDS: Readonly<Record<string, JuryVoteName>> = {
  guilty: "GUILTY",
  "not-guilty": "NOT_GUILTY",
  abstain: "ABSTAIN",
};

function wordOf(vote: JuryVoteName): string {
  return vote.toLowerCase().replace("_", "-");
}

/** The vote that somebody wrote. @throws UserError when it is none */
export function voteFrom(text: string): JuryVoteName {
  const vote = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (vote !== undefined) return vote;
  throw new UserError(`"${text}" is not a vote; say --vote ${Object.keys(WORDS).join(", ")}.`);
}

/** A juror's place in a dispute. */
interface Seat {
  readonly dispute: Dispute;
  readonly key: BallotKey;
  readonly ballot: Ballot;
}

/** The juror of the present round whom an account speaks for. @throws UserError when there is none, or several */
async function seatOf(view: GovernanceView, id: Hex, jurors: readonly Address[], who: string): Promise<Seat> {
  const dispute = await readOpenDispute(view, id);
  const { round, drawn } = dispute;
  if (!drawn) throw new UserError(`Jury ${round + 1n} of ${id} is not drawn: npx hardhat jury status --dispute ${id}`);
  const seats: Seat[] = [];
  for (const juror of jurors) {
    const ballot = await readBallot(view, id, round, juror);
    const chain = { chainId: view.publicClient.chain.id, disputes: view.addresses.AnswerDisputes };
    if (ballot.seats > 0) seats.push({ dispute, ballot, key: { ...chain, id, round, juror } });
  }
  const [seat, second] = seats;
  if (seat === undefined) throw new UserError(`${who} has no seat in jury ${round + 1n} of ${id}.`);
  if (second !== undefined) throw new UserError(`${who} has the seats of several jurors: say which with --juror.`);
  return seat;
}

/** The jurors that the sender may vote for. @throws UserError when `wanted` is none of them */
async function votersOf(view: GovernanceView, sender: Address, wanted: Address | undefined) {
  const operators = await operatorsOfAccount(view, sender);
  if (wanted === undefined) return operators;
  if (operators.includes(wanted)) return [wanted];
  if (sender === wanted) throw new UserError(`${wanted} is no operator, so it is no juror.`);
  throw new UserError(`${sender} is neither ${wanted} nor his signing key, so it cannot vote for him.`);
}

/** What {@link prepareVote} is told. */
export interface VoteWish {
  readonly id: Hex;
  readonly vote: JuryVoteName;
  /** The juror; undefined takes the one whom the sender speaks for. */
  readonly juror: Address | undefined;
  /** The folder of what opens votes. */
  readonly state: string;
  /** Whether nothing will be sent, and so nothing is kept. */
  readonly dryRun: boolean;
}

/**
 * Seals a vote. What opens it is on the disk when this returns.
 *
 * @throws UserError when the sender speaks for no juror, it is not the time, or that vote is sealed already
 */
export async function prepareVote(
  view: GovernanceView,
  sender: Address,
  { id, vote, juror, state, dryRun }: VoteWish,
): Promise<{ readonly call: PreparedCall; readonly sealed: SealedVote; readonly file: string | null }> {
  const seat = await seatOf(view, id, await votersOf(view, sender, juror), sender);
  const { dispute, key, ballot } = seat;
  const now = await chainTime(view);
  const { commitFrom, revealFrom, appealFrom } = presentRound(dispute);
  requireWindow("Sealing votes", commitFrom, revealFrom, now);
  const old = ballot.commitment === zeroHash ? undefined : await oldVote(state, seat);
  if (old === vote)
    throw new UserError(`"${wordOf(vote)}" is sealed already; open it from ${moment(revealFrom, now)}.`);
  const sealed = sealVote(key, vote);
  const file = dryRun ? null : await keepVote(state, sealed);
  return {
    call: {
      to: view.addresses.AnswerDisputes,
      data: encodeFunctionData({
        abi: answerDisputesAbi,
        functionName: "commitVote",
        args: [id, key.juror, sealed.commitment],
      }),
      lines: [
        `Seal "${wordOf(vote)}" for ${key.juror}, who has ${ballot.seats} of ${presentRound(dispute).seats} seats in jury ${key.round + 1n} of ${id}.`,
        ...(ballot.commitment === zeroHash
          ? []
          : [`It replaces ${old === undefined ? "a vote" : `"${wordOf(old)}"`}.`]),
        `Open it from ${moment(revealFrom, now)} until ${moment(appealFrom, now)}: npx hardhat jury reveal --dispute ${id}`,
        `Only ${file ?? `a file in ${state}`} can open it: keep it, and show it to nobody before.`,
      ],
    },
    sealed,
    file,
  };
}

/** The vote that is sealed now; undefined when it was sealed with another folder, or what opens it is lost. */
async function oldVote(state: string, { key, ballot }: Seat): Promise<JuryVoteName | undefined> {
  try {
    return (await findVote(state, key, ballot.commitment)).vote;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Opens a sealed vote. Anyone may send it who has the file.
 *
 * @throws UserError when nothing is sealed, it is not the time, or what opens it is lost
 */
export async function prepareReveal(
  view: GovernanceView,
  sender: Address,
  { id, juror, state }: Pick<VoteWish, "id" | "juror" | "state">,
): Promise<{ readonly call: PreparedCall; readonly sealed: SealedVote }> {
  const jurors = juror === undefined ? await operatorsOfAccount(view, sender) : [juror];
  const { dispute, key, ballot } = await seatOf(view, id, jurors, juror ?? sender);
  const { revealFrom, appealFrom } = presentRound(dispute);
  if (ballot.vote !== "none") throw new UserError(`The vote of ${key.juror} is open: ${ballot.vote}.`);
  if (ballot.commitment === zeroHash) throw new UserError(`${key.juror} has sealed no vote in jury ${key.round + 1n}.`);
  requireWindow("Opening votes", revealFrom, appealFrom, await chainTime(view));
  const sealed = await findVote(state, key, ballot.commitment);
  return {
    call: {
      to: view.addresses.AnswerDisputes,
      data: encodeFunctionData({
        abi: answerDisputesAbi,
        functionName: "revealVote",
        args: [id, key.juror, JuryVote[sealed.vote], sealed.salt],
      }),
      lines: [`Open the vote of ${key.juror} on ${id}: ${wordOf(sealed.vote)}, with ${ballot.seats} seats.`],
    },
    sealed,
  };
}
