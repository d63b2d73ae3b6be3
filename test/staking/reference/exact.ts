/**
 * The stake ledger as its rules say, without shares, indices or rounding: every claim is an exact fraction of OPG base
 * units that belongs to one account, and a slash visits them all. It shares no formula with the contract, so that the
 * two can be compared; see rounding.test.ts and differential.test.ts.
 *
 * Times are Unix seconds, amounts OPG base units, all `bigint`.
 */
import { add, divide, fraction, isBelow, multiply, ONE, subtract, sum, ZERO, type Fraction } from "./fraction.ts";

/** Stake of one account behind one operator. */
type Position = { era: number; value: Fraction; reward: Fraction };

/** One request to unbond. */
export type Unbonding = {
  readonly operator: string;
  readonly account: string;
  readonly era: number;
  readonly epoch: bigint;
  /** What it is worth, with what was paid out already. */
  value: Fraction;
  /** Paid out while holds reserved the rest. */
  paid: Fraction;
};

/** Stake that waits for a verdict. */
type Hold = {
  readonly operator: string;
  readonly era: number;
  readonly infractionTime: bigint;
  readonly bps: bigint;
  readonly deadline: bigint;
};

/** A pool, or the unbondings of one day: what one token that joined it at the beginning is worth now. */
type Price = { value: Fraction };

type Operator = {
  readonly commissionBps: bigint;
  /** When each era began; the first has begun at 0. */
  readonly eraStarts: bigint[];
  price: Price;
  readonly positions: Map<string, Position>;
};

export type Ledger = {
  readonly bountyBps: bigint;
  readonly operators: Map<string, Operator>;
  readonly unbondings: Unbonding[];
  /** By fault. */
  readonly holds: Map<bigint, Hold>;
  /** By operator, era and epoch. */
  readonly bucketPrices: Map<string, Price>;
  bounty: Fraction;
  burned: Fraction;
};

const DAY = 86_400n;
const BPS = 10_000n;
/** Below this price a pool or bucket is wiped. */
const PRICE_FLOOR: Fraction = { num: 1n, den: 1_000_000_000n };

/** An empty ledger; `bountyBps` is the challenger's part of an operator's own loss. */
export function createLedger(bountyBps: bigint): Ledger {
  return {
    bountyBps,
    operators: new Map(),
    unbondings: [],
    holds: new Map(),
    bucketPrices: new Map(),
    bounty: ZERO,
    burned: ZERO,
  };
}

/** Registers an operator. */
export function register(ledger: Ledger, operator: string, commissionBps: bigint): void {
  ledger.operators.set(operator, { commissionBps, eraStarts: [0n], price: { value: ONE }, positions: new Map() });
}

/** Adds `assets` to the stake of `account` behind `operator`. */
export function stake(ledger: Ledger, operator: string, account: string, assets: bigint): void {
  const pool = operatorOf(ledger, operator);
  // Without stake there is nobody to share a price with: the pool begins anew.
  if (activeStake(pool).num === 0n) pool.price = { value: ONE };
  const position = positionOf(pool, account);
  position.value = add(position.value, fraction(assets));
}

/** Moves the `part` (0 to 1) of what `account` has behind `operator` to the unbonding stake of the day of `time`. */
export function unbond(ledger: Ledger, operator: string, account: string, part: Fraction, time: bigint): void {
  const pool = operatorOf(ledger, operator);
  const position = positionOf(pool, account);
  const value = multiply(position.value, part);
  position.value = subtract(position.value, value);
  const era = pool.eraStarts.length - 1;
  const epoch = time / DAY;
  const key = bucketKey(operator, era, epoch);
  const bucket = ledger.unbondings.filter((entry) => bucketKey(entry.operator, entry.era, entry.epoch) === key);
  if (sum(bucket.map((entry) => entry.value)).num === 0n) ledger.bucketPrices.set(key, { value: ONE });
  ledger.unbondings.push({ operator, account, era, epoch, value, paid: ZERO });
}

/** Takes out what `account` unbonded behind `operator` in `era` and `epoch`, but for what is held at `time`. */
export function claim(
  ledger: Ledger,
  operator: string,
  account: string,
  era: number,
  epoch: bigint,
  time: bigint,
): void {
  const holds = [...ledger.holds.values()].filter(
    (hold) =>
      hold.operator === operator && hold.era === era && hold.infractionTime / DAY <= epoch && time <= hold.deadline,
  );
  const reserved = holds.reduce((total, hold) => total + hold.bps, 0n);
  for (const entry of unbondingsOf(ledger, operator, account, era, epoch)) {
    if (reserved === 0n) {
      entry.value = ZERO;
      entry.paid = ZERO;
      continue;
    }
    const due = reserved < BPS ? multiply(entry.value, fraction(BPS - reserved, BPS)) : ZERO;
    if (isBelow(entry.paid, due)) entry.paid = due;
  }
}

/** Reserves `bps` of what a slash for `fault` would reach, until `deadline`. */
export function hold(
  ledger: Ledger,
  operator: string,
  fault: bigint,
  bps: bigint,
  infractionTime: bigint,
  deadline: bigint,
): void {
  const era = operatorOf(ledger, operator).eraStarts.findLastIndex((start) => start <= infractionTime);
  ledger.holds.set(fault, { operator, era, infractionTime, bps, deadline });
}

/** Ends the hold for `fault`. */
export function releaseHold(ledger: Ledger, fault: bigint): void {
  ledger.holds.delete(fault);
}

/** When what unbonded in `epoch` may leave: after `period` full days. */
export function maturityOf(epoch: bigint, period: bigint): bigint {
  const nextMidnight = (epoch + 1n) * DAY;
  return nextMidnight + period * DAY;
}

/** Slashes every claim that existed at the infraction or began to unbond since its day. */
export function slash(ledger: Ledger, operator: string, bps: bigint, infractionTime: bigint, time: bigint): void {
  const pool = operatorOf(ledger, operator);
  const era = pool.eraStarts.findLastIndex((start) => start <= infractionTime);
  const kept = fraction(BPS - bps, BPS);
  let ownLoss = ZERO;
  let loss = ZERO;
  const take = (account: string, holder: { value: Fraction; paid?: Fraction }, wiped: boolean): void => {
    const left = wiped ? ZERO : multiply(holder.value, kept);
    const lost = subtract(subtract(holder.value, left), wiped && holder.paid !== undefined ? holder.paid : ZERO);
    if (wiped && holder.paid !== undefined) holder.paid = ZERO;
    if (account === operator) ownLoss = add(ownLoss, lost);
    loss = add(loss, lost);
    holder.value = left;
  };

  const fallen = new Map<string, boolean>();
  for (const entry of ledger.unbondings) {
    if (entry.operator !== operator || entry.era !== era || entry.epoch < infractionTime / DAY) continue;
    const key = bucketKey(operator, era, entry.epoch);
    const wiped = fallen.get(key) ?? lower(bucketPrice(ledger, key), kept);
    fallen.set(key, wiped);
    take(entry.account, entry, wiped);
  }
  if (era === pool.eraStarts.length - 1 && activeStake(pool).num !== 0n) {
    const wiped = lower(pool.price, kept);
    for (const [account, position] of pool.positions) if (position.era === era) take(account, position, wiped);
    if (wiped) {
      pool.eraStarts.push(time);
      pool.price = { value: ONE };
    }
  }
  const bounty = multiply(ownLoss, fraction(ledger.bountyBps, BPS));
  ledger.bounty = add(ledger.bounty, bounty);
  ledger.burned = add(ledger.burned, subtract(loss, bounty));
}

/** Shares `amount` among the active stake behind `operator`, after his commission. */
export function distributeReward(ledger: Ledger, operator: string, amount: bigint, shared: boolean): void {
  const pool = operatorOf(ledger, operator);
  const total = activeStake(pool);
  const commission = !shared ? amount : (amount * pool.commissionBps) / BPS;
  const own = positionOf(pool, operator);
  own.reward = add(own.reward, fraction(commission));
  if (!shared) return;
  const perUnit = divide(fraction(amount - commission), total);
  for (const position of activePositions(pool)) {
    position.reward = add(position.reward, multiply(position.value, perUnit));
  }
}

/** Puts `amount` of the rewards of `account` behind `operator` to work there. */
export function compound(ledger: Ledger, operator: string, account: string, amount: bigint): void {
  const position = positionOf(operatorOf(ledger, operator), account);
  position.reward = subtract(position.reward, fraction(amount));
  stake(ledger, operator, account, amount);
}

/** Takes out the rewards of `account` behind `operator`. */
export function claimReward(ledger: Ledger, operator: string, account: string): void {
  positionOf(operatorOf(ledger, operator), account).reward = ZERO;
}

/** The active stake of `account` behind `operator`. */
export function stakeOf(ledger: Ledger, operator: string, account: string): Fraction {
  return positionOf(operatorOf(ledger, operator), account).value;
}

/** The active stake behind `operator`. */
export function poolOf(ledger: Ledger, operator: string): Fraction {
  return activeStake(operatorOf(ledger, operator));
}

/** The rewards of `account` behind `operator` that were not paid out. */
export function rewardOf(ledger: Ledger, operator: string, account: string): Fraction {
  return positionOf(operatorOf(ledger, operator), account).reward;
}

/** The number of the operator's present era. */
export function eraOf(ledger: Ledger, operator: string): number {
  return operatorOf(ledger, operator).eraStarts.length - 1;
}

/** What `account` unbonded behind `operator` in `era` and `epoch`. */
export function unbondingsOf(
  ledger: Ledger,
  operator: string,
  account: string,
  era: number,
  epoch: bigint,
): Unbonding[] {
  return ledger.unbondings.filter(
    (entry) => entry.operator === operator && entry.account === account && entry.era === era && entry.epoch === epoch,
  );
}

/** Lowers a price and says whether it fell below the floor. */
function lower(price: Price, kept: Fraction): boolean {
  price.value = multiply(price.value, kept);
  return isBelow(price.value, PRICE_FLOOR);
}

function activePositions(pool: Operator): Position[] {
  return [...pool.positions.values()].filter((position) => position.era === pool.eraStarts.length - 1);
}

function activeStake(pool: Operator): Fraction {
  return sum(activePositions(pool).map((position) => position.value));
}

/** The position of `account`, brought into the present era; empty if it has none. */
function positionOf(pool: Operator, account: string): Position {
  const era = pool.eraStarts.length - 1;
  const position = pool.positions.get(account) ?? { era, value: ZERO, reward: ZERO };
  if (position.era !== era) {
    position.era = era;
    position.value = ZERO;
  }
  pool.positions.set(account, position);
  return position;
}

function operatorOf(ledger: Ledger, operator: string): Operator {
  const found = ledger.operators.get(operator);
  if (found === undefined) throw new Error(`the reference ledger has no operator ${operator}`);
  return found;
}

function bucketPrice(ledger: Ledger, key: string): Price {
  const price = ledger.bucketPrices.get(key);
  if (price === undefined) throw new Error(`the reference ledger has no bucket ${key}`);
  return price;
}

function bucketKey(operator: string, era: number, epoch: bigint): string {
  return `${operator}:${era}:${epoch}`;
}
