import { performance } from "node:perf_hooks";
import type { Hash } from "viem";
import type { CallOutcome, PreparedCall } from "../gov/send.ts";
import { sendCall } from "../gov/send.ts";
import type { Clients } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";

/** A transaction of the story. */
export interface ToldTransaction {
  readonly label: string;
  readonly hash: Hash;
  readonly gas: bigint;
}

/** A claim of the story and whether it held. */
export interface ToldCheck {
  readonly claim: string;
  readonly holds: boolean;
}

/** An amount that a chapter changed, in OPG base units. */
export interface ToldBalance {
  readonly what: string;
  readonly before: bigint;
  readonly after: bigint;
}

/** A chapter as told. */
export interface ToldChapter {
  readonly number: number;
  readonly title: string;
  readonly seconds: number;
  readonly gas: bigint;
  readonly facts: Readonly<Record<string, string>>;
  readonly transactions: readonly ToldTransaction[];
  readonly balances: readonly ToldBalance[];
  readonly checks: readonly ToldCheck[];
}

/** Thrown when a claim of the story does not hold. */
export class StoryCheckError extends UserError {
  override readonly name = "StoryCheckError";
}

/** What a chapter uses to tell itself. */
export interface Narrator {
  /** Sends a transaction and notes its gas. */
  readonly send: (clients: Clients, label: string, call: Omit<PreparedCall, "lines">) => Promise<CallOutcome>;
  /** Notes a transaction that was sent elsewhere. */
  readonly note: (label: string, outcome: { transactionHash: Hash; gasUsed: bigint }) => void;
  /** Notes something worth reading. */
  readonly fact: (label: string, value: string) => void;
  /** Notes a claim; the story ends when it does not hold. */
  readonly check: (claim: string, holds: boolean) => void;
}

/** Named amounts at one moment, in OPG base units. */
export type Ledger = Readonly<Record<string, bigint>>;

/**
 * Tells one chapter: runs it, measures it, and compares the ledger before and after.
 *
 * @param options.ledger Reads the amounts to compare; undefined before there is anything to read.
 * @throws {StoryCheckError} when a claim does not hold.
 */
export async function tellChapter<Outcome>(options: {
  number: number;
  title: string;
  ledger?: (() => Promise<Ledger>) | undefined;
  play: (narrator: Narrator) => Promise<Outcome>;
}): Promise<{ told: ToldChapter; outcome: Outcome }> {
  const transactions: ToldTransaction[] = [];
  const checks: ToldCheck[] = [];
  const facts: Record<string, string> = {};
  const note: Narrator["note"] = (label, { transactionHash, gasUsed }) => {
    transactions.push({ label, hash: transactionHash, gas: gasUsed });
  };
  const before = await options.ledger?.();
  const started = performance.now();
  const outcome = await options.play({
    send: async (clients, label, call) => {
      const sent = await sendCall(clients, { ...call, lines: [] });
      note(label, sent);
      return sent;
    },
    note,
    fact: (label, value) => {
      facts[label] = value;
    },
    check: (claim, holds) => {
      checks.push({ claim, holds });
      if (!holds) throw new StoryCheckError(`Chapter ${options.number}, "${options.title}": not true that ${claim}.`);
    },
  });
  const seconds = (performance.now() - started) / 1_000;
  const after = await options.ledger?.();
  const told = {
    number: options.number,
    title: options.title,
    seconds,
    gas: transactions.reduce((sum, { gas }) => sum + gas, 0n),
    facts,
    transactions,
    balances: changes(before, after),
    checks,
  };
  return { told, outcome };
}

/** The amounts that differ, in the order of the later ledger; nothing when there was nothing to read. */
export function changes(before: Ledger | undefined, after: Ledger | undefined): ToldBalance[] {
  if (before === undefined || after === undefined) return [];
  return Object.entries(after)
    .map(([what, amount]) => ({ what, before: before[what] ?? 0n, after: amount }))
    .filter((row) => row.before !== row.after);
}
