import { encodeFunctionData, zeroAddress, type Address } from "viem";

import { juryPoolAbi } from "../../sdk/src/abi/JuryPool.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment } from "../gov/words.ts";
import { inRanges } from "../hub/blocks.ts";
import { UserError } from "../lib/user-error.ts";
import { operatorsOf, poolOf, type JuryView } from "./view.ts";

/** Operators per transaction: each may write a dozen words. */
const BATCH = 40;

/** The struct `Weight` of `IJuryPool`: whole OPG, and Unix seconds. */
export interface Weight {
  readonly weight: number;
  readonly announced: number;
  readonly countsFrom: number;
}

/** How an operator stands in the pool. */
export interface Standing extends Weight {
  readonly operator: Address;
  /** What he would weigh if the pool were up to date and nothing had to wait. */
  readonly standing: bigint;
  /** Whether {@link prepareRefresh} would change something. */
  readonly outOfDate: boolean;
}

/** The pool of those who can be drawn. */
export interface Pool {
  readonly size: bigint;
  /** Whole OPG. */
  readonly totalWeight: bigint;
  /** The operators that the asking account speaks for, with their weights. */
  readonly own: readonly Standing[];
  /** Registered operators whose weight in the pool is not what it should be. */
  readonly outOfDate: readonly Standing[];
}

/** What the contract makes of a weight at the time `now`. */
export function nextWeight(old: Weight, standing: bigint, now: bigint, notice: bigint): Weight {
  const due = old.countsFrom !== 0 && now >= BigInt(old.countsFrom);
  const next = due ? { weight: old.announced, announced: 0, countsFrom: 0 } : old;
  const present = Number(standing);
  if (present <= next.weight) return { weight: present, announced: 0, countsFrom: 0 };
  if (next.countsFrom === 0) return { weight: next.weight, announced: present, countsFrom: Number(now + notice) };
  return { ...next, announced: Math.min(present, next.announced) };
}

async function standingOf(view: GovernanceView, operator: Address, now: bigint): Promise<Standing> {
  const read = { ...poolOf(view), args: [operator] } as const;
  const { publicClient } = view;
  const [old, standing, notice] = await Promise.all([
    publicClient.readContract({ ...read, functionName: "weightOf" }),
    publicClient.readContract({ ...read, functionName: "standingOf" }),
    publicClient.readContract({ ...poolOf(view), functionName: "RAISE_NOTICE" }),
  ]);
  const next = nextWeight(old, standing, now, notice);
  const { weight, announced, countsFrom } = old;
  const outOfDate = next.weight !== weight || next.announced !== announced || next.countsFrom !== countsFrom;
  return { operator, weight, announced, countsFrom, standing, outOfDate };
}

/** Everybody who ever registered as an operator, oldest first. */
async function registeredOperators(view: JuryView): Promise<readonly Address[]> {
  const events = await inRanges(view, (range) =>
    view.publicClient.getContractEvents({
      ...operatorsOf(view),
      eventName: "OperatorRegistered",
      strict: true,
      ...range,
    }),
  );
  return events.map(({ args }) => args.operator);
}

/** The registered operators whose weight is out of date. */
async function staleOperators(view: JuryView, now: bigint): Promise<readonly Standing[]> {
  const found: Standing[] = [];
  for (const operator of await registeredOperators(view)) {
    const standing = await standingOf(view, operator, now);
    if (standing.outOfDate) found.push(standing);
  }
  return found;
}

/** The operators that an account speaks for: itself, and the one whose signing key it is. */
export async function operatorsOfAccount(view: GovernanceView, account: Address): Promise<readonly Address[]> {
  const operators = { ...operatorsOf(view), args: [account] } as const;
  const [{ registeredAt }, byKey] = await Promise.all([
    view.publicClient.readContract({ ...operators, functionName: "operatorOf" }),
    view.publicClient.readContract({ ...operators, functionName: "operatorOfKey" }),
  ]);
  return [...new Set([...(registeredAt === 0 ? [] : [account]), ...(byKey === zeroAddress ? [] : [byKey])])];
}

/** Reads the pool as `account` sees it. */
export async function readPool(view: JuryView, account: Address): Promise<Pool> {
  const now = await chainTime(view);
  const [size, totalWeight, operators, outOfDate] = await Promise.all([
    view.publicClient.readContract({ ...poolOf(view), functionName: "size" }),
    view.publicClient.readContract({ ...poolOf(view), functionName: "totalWeight" }),
    operatorsOfAccount(view, account),
    staleOperators(view, now),
  ]);
  const own = await Promise.all(operators.map((operator) => standingOf(view, operator, now)));
  return { size, totalWeight, own, outOfDate };
}

function standingLine({ operator, weight, announced, countsFrom, standing, outOfDate }: Standing, now: bigint): string {
  const next = countsFrom === 0 ? "" : `, and ${announced} OPG from ${moment(BigInt(countsFrom), now)} on`;
  const present = outOfDate ? `; it should be ${standing} OPG` : "";
  return `${operator}, who weighs ${weight} OPG${next}${present}.`;
}

/** {@link readPool} for people. */
export function poolLines({ size, totalWeight, own, outOfDate }: Pool, now: bigint): readonly string[] {
  const stranger = "You speak for no operator: only operators in the judge role can be drawn.";
  return [
    `The pool has ${size} ${size === 1n ? "operator" : "operators"} with ${totalWeight} OPG together.`,
    ...(own.length === 0 ? [stranger] : own.map((standing) => `You speak for ${standingLine(standing, now)}`)),
    ...(outOfDate.length === 0
      ? ["Every registered operator is up to date."]
      : [
          "Out of date (npx hardhat jury refresh):",
          ...outOfDate.map((standing) => `  ${standingLine(standing, now)}`),
        ]),
  ];
}

/**
 * Brings weights up to date, in as many transactions as needed.
 *
 * @param wanted operators to bring up to date; undefined takes all who are not
 * @throws UserError when one of them is no operator, or all are up to date
 */
export async function prepareRefresh(
  view: JuryView,
  wanted: readonly Address[] | undefined,
): Promise<{ readonly calls: readonly PreparedCall[]; readonly operators: readonly Address[] }> {
  const now = await chainTime(view);
  const asked = wanted === undefined ? undefined : await knownStandings(view, wanted, now);
  const stale = asked?.filter(({ outOfDate }) => outOfDate) ?? (await staleOperators(view, now));
  if (stale.length === 0)
    throw new UserError(`${asked === undefined ? "Everybody is" : "All of them are"} up to date.`);
  const operators = stale.map(({ operator }) => operator);
  const calls: PreparedCall[] = [];
  for (let start = 0; start < stale.length; start += BATCH) {
    calls.push({
      to: view.addresses.JuryPool,
      data: encodeFunctionData({
        abi: juryPoolAbi,
        functionName: "refresh",
        args: [operators.slice(start, start + BATCH)],
      }),
      lines: stale.slice(start, start + BATCH).map((standing) => `Weigh again ${standingLine(standing, now)}`),
    });
  }
  return { calls, operators };
}

async function knownStandings(view: JuryView, wanted: readonly Address[], now: bigint): Promise<readonly Standing[]> {
  const unique = [...new Set(wanted)];
  for (const operator of unique) {
    const read = { ...operatorsOf(view), functionName: "operatorOf", args: [operator] } as const;
    const { registeredAt } = await view.publicClient.readContract(read);
    if (registeredAt === 0) throw new UserError(`${operator} is no operator, so there is nothing to weigh.`);
  }
  return Promise.all(unique.map((operator) => standingOf(view, operator, now)));
}
