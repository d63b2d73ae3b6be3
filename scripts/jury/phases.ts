import { duration, moment } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { presentRound, type Dispute, type DisputeState } from "./disputes.ts";

/** The time and the newest block of a chain. */
export interface ChainMoment {
  /** Unix seconds. */
  readonly now: bigint;
  readonly block: bigint;
}

/** How many blocks the chain remembers (EIP-2935); a jury that is not drawn by then is drawn by another block. */
const REMEMBERED_BLOCKS = 8_191n;

/** Where a dispute is in its course. */
export interface Phase {
  readonly name: "arguments" | "sealing" | "opening" | "appeal" | "veto" | "due" | "ended";
  /** When the next phase begins, Unix seconds; null when time alone changes nothing. */
  readonly until: bigint | null;
  /** How it is with the present jury; "missed" means that nobody drew it in time. */
  readonly draw: "waiting" | "due" | "done" | "missed";
}

/** The phase of a dispute at a moment. */
export function phaseOf(dispute: Dispute, { now, block }: ChainMoment): Phase {
  const { commitFrom, revealFrom, appealFrom, endsAt } = presentRound(dispute);
  // A transaction sent now is in the next block at the earliest.
  const draw = dispute.drawn ? "done" : now >= revealFrom ? "missed" : block >= dispute.drawBlock ? "due" : "waiting";
  if (dispute.state !== "open") return { name: "ended", until: null, draw };
  if (now >= endsAt) return { name: "due", until: null, draw };
  if (now >= appealFrom) return { name: dispute.round === 0n ? "appeal" : "veto", until: endsAt, draw };
  if (now >= revealFrom) return { name: "opening", until: appealFrom, draw };
  if (now >= commitFrom) return { name: "sealing", until: revealFrom, draw };
  return { name: "arguments", until: commitFrom, draw };
}

const ENDS: Readonly<Record<Exclude<DisputeState, "none" | "open">, string>> = {
  guilty: "the answer was found wrong, and the operator was punished",
  acquitted: "the answer was found to be the model's",
  drawn: "no jury had a majority",
  vetoed: "the guardian ended it",
  expired: "found guilty, but nobody carried it out in time",
};

/** The words for the draw of the present jury. */
function drawWords({ drawBlock }: Dispute, { draw }: Phase, { block }: ChainMoment): string {
  if (draw === "done") return "the jury is drawn";
  if (draw === "missed") return "no jury was drawn in time";
  if (draw === "waiting") return `the jury is drawn by block ${drawBlock}, ${drawBlock - block} more`;
  if (block + 1n - drawBlock <= REMEMBERED_BLOCKS) return "draw the jury now: npx hardhat jury draw";
  return `the chain knows block ${drawBlock} no more; npx hardhat jury draw names another one`;
}

/** Where a dispute is, in words. */
export function phaseWords(dispute: Dispute, at: ChainMoment): string {
  const phase = phaseOf(dispute, at);
  const { state, resolveBy } = dispute;
  const until = phase.until === null ? "" : ` until ${moment(phase.until, at.now)}`;
  const draw = drawWords(dispute, phase, at);
  switch (phase.name) {
    case "arguments":
      return `Arguments${until}; ${draw}.`;
    case "sealing":
      return `Sealed votes${until}; ${draw}.`;
    case "opening":
      return phase.draw === "done" ? `Opening of votes${until}.` : `Nothing to open${until}: ${draw}.`;
    case "appeal":
      return `Appeal or veto${until}.`;
    case "veto":
      return `Veto${until}.`;
    case "due": {
      const guilty = presentRound(dispute).verdict === "guilty";
      if (!guilty) return "Can be resolved.";
      return at.now <= resolveBy
        ? `Can be resolved; the punishment until ${moment(resolveBy, at.now)}.`
        : "Can be resolved, but too late for the punishment: it will have expired.";
    }
    case "ended":
      return `Ended: ${state === "none" || state === "open" ? state : `${state}, ${ENDS[state]}`}.`;
  }
}

/** What may be done next, and by whom; one line each. */
export function nextSteps(dispute: Dispute, at: ChainMoment, costs: { readonly appeal: string }): readonly string[] {
  const { name, draw } = phaseOf(dispute, at);
  const { operator } = dispute;
  const { verdict } = presentRound(dispute);
  const option = `--dispute ${dispute.id}`;
  const drawing = draw === "due" ? [`Anyone: npx hardhat jury draw ${option}`] : [];
  const arguing = [`Anyone: npx hardhat jury argue ${option} --uri <where>`];
  const veto = `The guardian: npx hardhat guardian act AnswerDisputes.veto ${dispute.id}`;
  switch (name) {
    case "arguments":
      return [...arguing, ...drawing, veto];
    case "sealing": {
      const voting = `Jurors: npx hardhat jury vote ${option} --vote guilty, not-guilty or abstain`;
      return [...(draw === "done" ? [voting] : []), ...arguing, ...drawing, veto];
    }
    case "opening":
      return [...(draw === "done" ? [`Jurors: npx hardhat jury reveal ${option}`] : []), veto];
    case "appeal": {
      const losers = verdict === "guilty" ? operator : verdict === "not-guilty" ? `Anyone but ${operator}` : "Anyone";
      return [`${losers}, for ${costs.appeal}: npx hardhat jury appeal ${option}`, veto];
    }
    case "veto":
      return [veto];
    case "due":
      return [`Anyone: npx hardhat jury resolve ${option}`, veto];
    case "ended":
      return [`Who has something coming: npx hardhat jury collect ${option}`];
  }
}

/** Demands that the chain's clock is in a window. @throws UserError that says when it is */
export function requireWindow(act: string, from: bigint, until: bigint, now: bigint): void {
  if (now < from) throw new UserError(`${act} begins ${moment(from, now)} and takes ${duration(until - from)}.`);
  if (now >= until) throw new UserError(`${act} ended ${moment(until, now)}.`);
}
