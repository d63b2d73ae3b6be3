/**
 * The stake ledger with the rounding that its interface documents, and with nothing of the contract's storage: what the
 * contract must answer, to the base unit. See differential.test.ts; how far it may be from the exact ledger is shown in
 * rounding.test.ts.
 *
 * The rules: deposits mint shares rounded down; shares are worth assets rounded down; a slash takes its part of every
 * pool and bucket rounded up, and all of it when less than a 1e-9th of a token per share would be left; the operator's
 * own part of a bucket counts for a bounty with its 23 leading bits; commission is rounded down; a reward of over a
 * thousand times the pool's shares is the operator's; the reward index has 18 decimals and carries the remainder; a reserved part is rounded up and has a
 * margin of 16 base units.
 *
 * Times are Unix seconds, amounts OPG base units, all `bigint`.
 */

/** Assets owned in shares. */
export type Pool = { tokens: bigint; shares: bigint };

/** A bucket: the unbondings of one day in one era. */
type Bucket = Pool & {
  /** How often a slash wiped it. */
  generation: bigint;
  /** Paid out of it while holds reserved the rest. */
  paid: bigint;
};

/** An unbonding: shares of a generation of a bucket. */
export type Entry = { readonly operator: string; readonly account: string; readonly bucketId: bigint } & {
  shares: bigint;
  paid: bigint;
};

type Position = { era: number; shares: bigint; index: bigint; credit: bigint };

type Operator = {
  readonly commissionBps: bigint;
  pool: Pool;
  /** When each era began; the first has begun at 0. */
  readonly eraStarts: bigint[];
  /** By era: rewards per share with 18 decimals, and what the last division left. */
  readonly streams: { index: bigint; remainder: bigint }[];
  readonly positions: Map<string, Position>;
  readonly buckets: Map<bigint, Bucket>;
  /** Who votes with the pool. */
  voter: string;
};

/** Stake that waits for a verdict. */
export type Hold = {
  readonly operator: string;
  readonly era: number;
  readonly infractionTime: bigint;
  readonly bps: bigint;
  readonly deadline: bigint;
};

export type Ledger = {
  readonly period: bigint;
  readonly bountyBps: bigint;
  readonly operators: Map<string, Operator>;
  readonly entries: Map<string, Entry>;
  readonly holds: Map<bigint, Hold>;
  readonly bounties: Map<string, bigint>;
  pendingBurn: bigint;
};

const DAY = 86_400n;
const BPS = 10_000n;
const INDEX_UNIT = 10n ** 18n;
const LEAST_SHARES_FOR_REWARDS = 10n ** 12n;
const MOST_SHARES_PER_TOKEN = 10n ** 9n;
const MOST_REWARD_PER_SHARE = 1_000n;
const RESERVE_MARGIN = 16n;
/** The bits of the operator's own shares of a bucket that count for a bounty. */
const OWN_BITS = 23;

const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
const positive = (value: bigint): bigint => (value > 0n ? value : 0n);

/** What `shares` of a pool are worth, rounded down. */
export function worth(pool: Pool, shares: bigint): bigint {
  return pool.shares === 0n ? 0n : (shares * pool.tokens) / pool.shares;
}

/** The fewest shares of a pool that are worth `assets`, at most all it has. */
export function sharesForUp(pool: Pool, assets: bigint): bigint {
  return pool.tokens === 0n ? 0n : ceilDiv(assets * pool.shares, pool.tokens);
}

/** An empty ledger; `period` in days. */
export function createLedger(period: bigint, bountyBps: bigint): Ledger {
  const maps = { operators: new Map(), entries: new Map(), holds: new Map(), bounties: new Map() };
  return { period, bountyBps, ...maps, pendingBurn: 0n };
}

/** Registers an operator. */
export function register(ledger: Ledger, operator: string, commissionBps: bigint): void {
  ledger.operators.set(operator, {
    commissionBps,
    pool: { tokens: 0n, shares: 0n },
    eraStarts: [0n],
    streams: [{ index: 0n, remainder: 0n }],
    positions: new Map(),
    buckets: new Map(),
    voter: operator,
  });
}

/** Adds `assets` to the stake of `account`; returns the shares. */
export function stake(ledger: Ledger, operator: string, account: string, assets: bigint): bigint {
  const { pool } = operatorOf(ledger, operator);
  const position = settled(ledger, operator, account);
  const shares = deposit(pool, assets);
  position.shares += shares;
  return shares;
}

/** Moves `shares` to the bucket of the day of `time`; returns what they are worth. */
export function unbond(ledger: Ledger, operator: string, account: string, shares: bigint, time: bigint): Entry {
  const state = operatorOf(ledger, operator);
  const position = settled(ledger, operator, account);
  const assets = worth(state.pool, shares);
  state.pool.tokens -= assets;
  state.pool.shares -= shares;
  position.shares -= shares;
  const key = bucketKey(eraOf(ledger, operator), time / DAY);
  const bucket = state.buckets.get(key) ?? { tokens: 0n, shares: 0n, generation: 0n, paid: 0n };
  state.buckets.set(key, bucket);
  const bucketId = (key << 24n) | bucket.generation;
  const entry = entryOf(ledger, operator, account, bucketId) ?? { operator, account, bucketId, shares: 0n, paid: 0n };
  entry.shares += deposit(bucket, assets);
  ledger.entries.set(`${operator}:${account}:${bucketId}`, entry);
  return entry;
}

/** Pays a matured unbonding, or the part that no hold reserves; returns what was paid. */
export function claim(ledger: Ledger, entry: Entry, time: bigint): bigint {
  const assets = claimable(ledger, entry, time);
  const bucket = bucketOf(ledger, entry);
  if (reservedBps(ledger, entry, time) !== 0n) {
    entry.paid += assets;
    if (bucket !== undefined) bucket.paid += assets;
    return assets;
  }
  ledger.entries.delete(`${entry.operator}:${entry.account}:${entry.bucketId}`);
  if (bucket !== undefined) {
    bucket.tokens -= worth(bucket, entry.shares);
    bucket.shares -= entry.shares;
    bucket.paid -= entry.paid;
  }
  return assets;
}

/** What a claim would pay. */
export function claimable(ledger: Ledger, entry: Entry, time: bigint): bigint {
  const bucket = bucketOf(ledger, entry);
  const assets = bucket === undefined ? 0n : worth(bucket, entry.shares);
  const reserved = reservedBps(ledger, entry, time);
  const kept = reserved === 0n ? 0n : ceilDiv(assets * reserved, BPS) + RESERVE_MARGIN;
  return positive(positive(assets - kept) - entry.paid);
}

/** What is left of an unbonding, reserved or not. */
export function leftOf(ledger: Ledger, entry: Entry): bigint {
  const bucket = bucketOf(ledger, entry);
  return bucket === undefined ? 0n : positive(worth(bucket, entry.shares) - entry.paid);
}

/** Whether a slash took all of the bucket that an unbonding is in. */
export function isWiped(ledger: Ledger, entry: Entry): boolean {
  return bucketOf(ledger, entry) === undefined;
}

/** When an unbonding may leave: after `period` full days. */
export function maturityOf(ledger: Ledger, { bucketId }: Entry): bigint {
  return (epochIn(bucketId) + 1n + ledger.period) * DAY;
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
  ledger.holds.set(fault, { operator, era: eraAt(ledger, operator, infractionTime), infractionTime, bps, deadline });
}

/** Ends the hold for `fault`. */
export function releaseHold(ledger: Ledger, fault: bigint): void {
  ledger.holds.delete(fault);
}

/** Slashes; for a fault under a live hold, at most what is held. Returns loss and bounty. */
export function slash(
  ledger: Ledger,
  operator: string,
  fault: bigint,
  bps: bigint,
  infractionTime: bigint,
  challenger: string,
  time: bigint,
): { readonly slashed: bigint; readonly bounty: bigint } {
  const state = operatorOf(ledger, operator);
  const era = eraAt(ledger, operator, infractionTime);
  const held = ledger.holds.get(fault);
  const fraction = held !== undefined && time <= held.deadline && held.bps < bps ? held.bps : bps;
  ledger.holds.delete(fault);
  let slashed = 0n;
  let ownLoss = 0n;

  for (const [key, bucket] of state.buckets) {
    const epoch = key & 0xffffffffn;
    if (key >> 32n !== BigInt(era) || epoch < infractionTime / DAY || bucket.tokens === 0n) continue;
    const own = ownDown(entryOf(ledger, operator, operator, (key << 24n) | bucket.generation)?.shares ?? 0n);
    const sharesBefore = bucket.shares;
    const { loss, wiped } = takeUp(bucket, fraction);
    const lost = wiped ? loss - bucket.paid : loss;
    slashed += lost;
    ownLoss += (lost * own) / sharesBefore;
    if (!wiped) continue;
    bucket.generation += 1n;
    bucket.paid = 0n;
  }
  if (era === eraOf(ledger, operator) && state.pool.tokens !== 0n) {
    const own = sharesOf(ledger, operator, operator);
    const sharesBefore = state.pool.shares;
    const { loss, wiped } = takeUp(state.pool, fraction);
    slashed += loss;
    ownLoss += (loss * own) / sharesBefore;
    if (wiped) {
      state.eraStarts.push(time);
      state.streams.push({ index: 0n, remainder: 0n });
    }
  }
  const bounty = (ownLoss * ledger.bountyBps) / BPS;
  ledger.bounties.set(challenger, (ledger.bounties.get(challenger) ?? 0n) + bounty);
  ledger.pendingBurn += slashed - bounty;
  return { slashed, bounty };
}

/** Shares `amount`: commission first, the rest by the index; returns whether the pool was large enough to share in. */
export function distributeReward(ledger: Ledger, operator: string, amount: bigint): boolean {
  const { pool, commissionBps, streams } = operatorOf(ledger, operator);
  const stream = streams[eraOf(ledger, operator)];
  if (stream === undefined) throw new Error("an era without rewards");
  const shared = isShareable(amount, pool.shares);
  const commission = shared ? (amount * commissionBps) / BPS : amount;
  positionOf(ledger, operator, operator).credit += commission;
  if (!shared) return false;
  const numerator = (amount - commission) * INDEX_UNIT + stream.remainder;
  stream.index += numerator / pool.shares;
  stream.remainder = numerator % pool.shares;
  return true;
}

/** Puts the rewards of `account` to work; returns how much and the shares. */
export function compound(
  ledger: Ledger,
  operator: string,
  account: string,
): { readonly assets: bigint; readonly shares: bigint } {
  const assets = claimReward(ledger, operator, account);
  return { assets, shares: stake(ledger, operator, account, assets) };
}

/** Takes out the rewards of `account`. */
export function claimReward(ledger: Ledger, operator: string, account: string): bigint {
  const position = settled(ledger, operator, account);
  const amount = position.credit;
  position.credit = 0n;
  return amount;
}

/** Sends the votes of an operator's pool to `voter`. */
export function delegate(ledger: Ledger, operator: string, voter: string): void {
  operatorOf(ledger, operator).voter = voter;
}

/** What `account` may vote with. */
export function votesOf(ledger: Ledger, account: string): bigint {
  return [...ledger.operators.values()].reduce(
    (sum, { voter, pool }) => sum + (voter === account ? pool.tokens : 0n),
    0n,
  );
}

/** All active stake. */
export function totalStake(ledger: Ledger): bigint {
  return [...ledger.operators.values()].reduce((sum, { pool }) => sum + pool.tokens, 0n);
}

/** The active pool of an operator. */
export function poolOf(ledger: Ledger, operator: string): Readonly<Pool> {
  return operatorOf(ledger, operator).pool;
}

/** The tokens of the smallest of an operator's pool and buckets that has any; 2^96 if none has. */
export function smallest(ledger: Ledger, operator: string): bigint {
  const { pool, buckets } = operatorOf(ledger, operator);
  const amounts = [pool, ...buckets.values()].map(({ tokens }) => tokens).filter((tokens) => tokens !== 0n);
  return amounts.reduce((least, tokens) => (tokens < least ? tokens : least), 1n << 96n);
}

/** The number of the operator's present era. */
export function eraOf(ledger: Ledger, operator: string): number {
  return operatorOf(ledger, operator).eraStarts.length - 1;
}

/** The shares of `account` in the active pool. */
export function sharesOf(ledger: Ledger, operator: string, account: string): bigint {
  const position = positionOf(ledger, operator, account);
  return position.era === eraOf(ledger, operator) ? position.shares : 0n;
}

/** The rewards that `account` may take. */
export function rewardOf(ledger: Ledger, operator: string, account: string): bigint {
  const position = positionOf(ledger, operator, account);
  return position.credit + earned(operatorOf(ledger, operator), position);
}

/** The unbonding with this id, if it is open. */
export function entryOf(ledger: Ledger, operator: string, account: string, bucketId: bigint): Entry | undefined {
  return ledger.entries.get(`${operator}:${account}:${bucketId}`);
}

/** What holds reserve of the bucket of an unbonding. */
export function reservedBps(ledger: Ledger, { operator, bucketId }: Entry, time: bigint): bigint {
  const reaching = [...ledger.holds.values()].filter(
    (held) =>
      held.operator === operator &&
      BigInt(held.era) === bucketId >> 56n &&
      held.infractionTime / DAY <= epochIn(bucketId) &&
      time <= held.deadline,
  );
  const total = reaching.reduce((sum, { bps }) => sum + bps, 0n);
  return total > BPS ? BPS : total;
}

/** Whether a pool of so many shares is large enough to share a reward in. */
function isShareable(amount: bigint, shares: bigint): boolean {
  return shares >= LEAST_SHARES_FOR_REWARDS && amount / MOST_REWARD_PER_SHARE <= shares;
}

/** The operator's own shares of a bucket as they count for a bounty: the leading bits. */
function ownDown(shares: bigint): bigint {
  const dropped = BigInt(Math.max(0, shares.toString(2).length - OWN_BITS));
  return (shares >> dropped) << dropped;
}

function deposit(pool: Pool, assets: bigint): bigint {
  const shares = pool.tokens === 0n ? assets : (assets * pool.shares) / pool.tokens;
  pool.tokens += assets;
  pool.shares += shares;
  return shares;
}

function takeUp(pool: Pool, bps: bigint): { loss: bigint; wiped: boolean } {
  const loss = ceilDiv(pool.tokens * bps, BPS);
  const left = pool.tokens - loss;
  const wiped = left * MOST_SHARES_PER_TOKEN < pool.shares;
  const taken = wiped ? pool.tokens : loss;
  pool.tokens -= taken;
  if (wiped) pool.shares = 0n;
  return { loss: taken, wiped };
}

/** What the position's shares earned in their own era since they were settled. */
function earned({ streams }: Operator, { era, shares, index }: Position): bigint {
  return (shares * ((streams[era]?.index ?? 0n) - index)) / INDEX_UNIT;
}

/** The position, with what it earned credited, in the present era. */
function settled(ledger: Ledger, operator: string, account: string): Position {
  const state = operatorOf(ledger, operator);
  const position = positionOf(ledger, operator, account);
  position.credit += earned(state, position);
  const era = eraOf(ledger, operator);
  if (position.era !== era) position.shares = 0n;
  position.era = era;
  position.index = state.streams[era]?.index ?? 0n;
  return position;
}

function positionOf(ledger: Ledger, operator: string, account: string): Position {
  const { positions } = operatorOf(ledger, operator);
  const position = positions.get(account) ?? { era: 0, shares: 0n, index: 0n, credit: 0n };
  positions.set(account, position);
  return position;
}

/** The bucket of an unbonding; undefined when a slash wiped that generation. */
function bucketOf(ledger: Ledger, { operator, bucketId }: Entry): Bucket | undefined {
  const bucket = operatorOf(ledger, operator).buckets.get(bucketId >> 24n);
  return bucket?.generation === (bucketId & 0xffffffn) ? bucket : undefined;
}

function operatorOf(ledger: Ledger, operator: string): Operator {
  const found = ledger.operators.get(operator);
  if (found === undefined) throw new Error(`the reference ledger has no operator ${operator}`);
  return found;
}

function eraAt(ledger: Ledger, operator: string, time: bigint): number {
  return operatorOf(ledger, operator).eraStarts.findLastIndex((start) => start <= time);
}

const bucketKey = (era: number, epoch: bigint): bigint => (BigInt(era) << 32n) | epoch;
const epochIn = (bucketId: bigint): bigint => (bucketId >> 24n) & 0xffffffffn;
