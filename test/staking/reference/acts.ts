import fc from "fast-check";
import * as exact from "./exact.ts";
import { fraction, type Fraction } from "./fraction.ts";
import * as rounded from "./rounded.ts";

const DAY = 86_400n;
const OPG = 10n ** 18n;
const MAX_HOLDS = 8;
/** The least deposit, base units. */
const LEAST_STAKE = 10n ** 12n;

/** The people of a run: two operators, each of whom also delegates to the other, and two delegators. */
export type People = {
  readonly operators: readonly [string, string];
  readonly accounts: readonly [string, string, string, string];
  readonly challenger: string;
};

/** What both ledgers start with. */
export type Setting = {
  readonly people: People;
  /** Full days that an unbonding waits. */
  readonly period: bigint;
  readonly bountyBps: bigint;
  readonly commissionBps: readonly [bigint, bigint];
  /** Unix seconds. */
  readonly start: bigint;
  /** Whether there may be dust: amounts so small that rounding decides whether a slash wipes them. */
  readonly dust: boolean;
};

const operator = fc.nat(1);
const account = fc.nat(3);

/** Acts with numbers that have no meaning yet; {@link perform} gives them one. */
function actOf(assets: fc.Arbitrary<bigint>, parts: readonly string[], period: bigint) {
  const age = fc.bigInt({ min: 0n, max: period * DAY });
  const part = fc.constantFrom(...parts);
  const kinds = {
    stake: {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("stake" as const), operator, account, assets, gift: fc.boolean() }),
    },
    unbond: {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("unbond" as const), operator, account, part, byAssets: fc.boolean() }),
    },
    compound: { weight: 2, arbitrary: fc.record({ kind: fc.constant("compound" as const), operator, account }) },
    exodus: { weight: 1, arbitrary: fc.record({ kind: fc.constant("exodus" as const), operator }) },
    claim: { weight: 4, arbitrary: fc.record({ kind: fc.constant("claim" as const), entry: fc.nat() }) },
    slash: {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("slash" as const),
        operator,
        bps: fc.constantFrom(1n, 333n, 1_000n, 5_000n, 9_999n, 10_000n),
        age,
      }),
    },
    hold: {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("hold" as const),
        operator,
        bps: fc.constantFrom(500n, 2_000n, 4_000n),
        age,
        term: fc.bigInt({ min: DAY, max: 14n * DAY }),
      }),
    },
    verdict: {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("verdict" as const),
        hold: fc.nat(),
        bps: fc.constantFrom(0n, 100n, 2_000n, 10_000n),
      }),
    },
    reward: { weight: 3, arbitrary: fc.record({ kind: fc.constant("reward" as const), operator, assets }) },
    claimReward: { weight: 2, arbitrary: fc.record({ kind: fc.constant("claimReward" as const), operator, account }) },
    delegate: { weight: 1, arbitrary: fc.record({ kind: fc.constant("delegate" as const), operator, account }) },
    wait: {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.bigInt({ min: 1n, max: 2n * DAY }) }),
    },
  };
  return fc.oneof(...Object.values(kinds));
}

export type Act = ReturnType<typeof actOf> extends fc.Arbitrary<infer T> ? T : never;

/** Sequences of up to `length` acts. With dust also deposits of the least size, and single base units. */
export function actsArbitrary(options: { length: number; setting: Setting }): fc.Arbitrary<Act[]> {
  const { dust, period } = options.setting;
  // With digits down to the base unit.
  const large = fc.bigInt({ min: OPG, max: 1_000_000n * OPG });
  const small = fc.bigInt({ min: 1n, max: 2n * 10n ** 12n });
  const assets = dust ? fc.oneof(large, small) : large;
  const parts = dust ? ["all", "half", "dust", "unit"] : ["all", "half"];
  return fc.array(actOf(assets, parts, period), {
    minLength: options.length / 2,
    maxLength: options.length,
    size: "max",
  });
}

/** One transaction and what it must say. Amounts in OPG base units. */
export type Step = { readonly time: bigint } & (
  | {
      readonly kind: "stake";
      operator: string;
      account: string;
      assets: bigint;
      shares: bigint;
      /** Whether somebody else pays. */
      gift: boolean;
    }
  | {
      readonly kind: "unbond";
      operator: string;
      account: string;
      shares: bigint;
      assets: bigint;
      bucketId: bigint;
      /** Whether the assets are asked for and the shares follow. */
      byAssets: boolean;
    }
  | { readonly kind: "compound"; operator: string; account: string; assets: bigint; shares: bigint }
  | { readonly kind: "claim"; operator: string; account: string; bucketId: bigint; assets: bigint }
  | {
      readonly kind: "slash";
      operator: string;
      bps: bigint;
      infractionTime: bigint;
      fault: bigint;
      slashed: bigint;
      bounty: bigint;
    }
  | { readonly kind: "hold"; operator: string; bps: bigint; infractionTime: bigint; fault: bigint; deadline: bigint }
  | { readonly kind: "release"; fault: bigint }
  | { readonly kind: "reward"; operator: string; amount: bigint }
  | { readonly kind: "claimReward"; operator: string; account: string; amount: bigint }
  | { readonly kind: "delegate"; operator: string; voter: string }
);

/** What votes and stake were from a moment on. */
export type Snapshot = {
  readonly time: bigint;
  readonly votes: ReadonlyMap<string, bigint>;
  readonly stake: ReadonlyMap<string, bigint>;
  /** What every position is worth, exactly; by `<operator>:<account>`. */
  readonly positions: ReadonlyMap<string, Fraction>;
  readonly total: bigint;
};

/** A run of both references. */
export type Run = {
  readonly setting: Setting;
  readonly rounded: rounded.Ledger;
  readonly exact: exact.Ledger;
  /** After every step, in the order of time. */
  readonly snapshots: Snapshot[];
  /** By operator: how far rewards may be from the exact ones, since weights are rounded stakes; base units. */
  readonly rewardSlack: Map<string, bigint>;
  time: bigint;
  faults: bigint;
  steps: bigint;
};

/** Both ledgers with two operators and no stake. */
export function createRun(setting: Setting): Run {
  const run: Run = {
    setting,
    rounded: rounded.createLedger(setting.period, setting.bountyBps),
    exact: exact.createLedger(setting.bountyBps),
    snapshots: [],
    rewardSlack: new Map(),
    time: setting.start,
    faults: 0n,
    steps: 0n,
  };
  for (const [index, name] of setting.people.operators.entries()) {
    const commissionBps = pick(setting.commissionBps, index);
    rounded.register(run.rounded, name, commissionBps);
    exact.register(run.exact, name, commissionBps);
  }
  return run;
}

/** Does one act in both ledgers, as far as it makes sense there; returns the transactions that it is. */
export function perform(run: Run, act: Act): Step[] {
  const { people } = run.setting;
  if (act.kind === "wait") {
    run.time += act.seconds;
    return [];
  }
  if (act.kind === "exodus") {
    const behind = pick(people.operators, act.operator);
    return people.accounts.flatMap((name) => unbond(run, behind, name, "all", false));
  }
  if (act.kind === "claim") return claim(run, act.entry);
  if (act.kind === "verdict") return decide(run, act.hold, act.bps);
  const behind = pick(people.operators, act.operator);
  if (act.kind === "hold") return hold(run, behind, act);
  if (act.kind === "slash") return slash(run, behind, ++run.faults, act.bps, run.time + 1n - act.age);
  if (act.kind === "reward") {
    const time = tick(run);
    allowSlack(run, behind, act.assets);
    // Whether a pool is too small to share in depends on its shares, which the exact ledger does not know.
    const shared = rounded.distributeReward(run.rounded, behind, act.assets);
    exact.distributeReward(run.exact, behind, act.assets, shared);
    return done(run, { kind: "reward", time, operator: behind, amount: act.assets });
  }
  const name = pick(people.accounts, act.account);
  if (act.kind === "stake") return stake(run, behind, name, act);
  if (act.kind === "unbond") return unbond(run, behind, name, act.part, act.byAssets);
  if (act.kind === "compound") return compound(run, behind, name);
  const time = tick(run);
  if (act.kind === "delegate") {
    rounded.delegate(run.rounded, behind, name);
    return done(run, { kind: "delegate", time, operator: behind, voter: name });
  }
  const amount = rounded.claimReward(run.rounded, behind, name);
  exact.claimReward(run.exact, behind, name);
  return done(run, { kind: "claimReward", time, operator: behind, account: name, amount });
}

function stake(run: Run, operator: string, account: string, act: Extract<Act, { kind: "stake" }>): Step[] {
  const amount = act.assets < LEAST_STAKE ? LEAST_STAKE : act.assets;
  const time = tick(run);
  const shares = rounded.stake(run.rounded, operator, account, amount);
  exact.stake(run.exact, operator, account, amount);
  return done(run, { kind: "stake", time, operator, account, assets: amount, shares, gift: act.gift });
}

function compound(run: Run, operator: string, account: string): Step[] {
  if (rounded.rewardOf(run.rounded, operator, account) < LEAST_STAKE) return [];
  const time = tick(run);
  const { assets, shares } = rounded.compound(run.rounded, operator, account);
  exact.compound(run.exact, operator, account, assets);
  return done(run, { kind: "compound", time, operator, account, assets, shares });
}

function unbond(run: Run, operator: string, account: string, part: string, byAssets: boolean): Step[] {
  const pool = rounded.poolOf(run.rounded, operator);
  const held = rounded.sharesOf(run.rounded, operator, account);
  const wish = { all: held, half: held / 2n, dust: 1_000n, unit: 1n }[part] ?? 0n;
  const named = wish < held ? wish : held;
  const assets = rounded.worth(pool, named);
  if (assets === 0n) return [];
  const shares = byAssets ? rounded.sharesForUp(pool, assets) : named;
  const time = tick(run);
  const { bucketId } = rounded.unbond(run.rounded, operator, account, shares, time);
  exact.unbond(run.exact, operator, account, fraction(shares, held), time);
  return done(run, { kind: "unbond", time, operator, account, shares, assets, bucketId, byAssets });
}

function claim(run: Run, index: number): Step[] {
  const entries = [...run.rounded.entries.values()];
  const entry = entries.length === 0 ? undefined : pick(entries, index);
  const time = run.time + 1n;
  if (entry === undefined || time < rounded.maturityOf(run.rounded, entry)) return [];
  const due = rounded.claimable(run.rounded, entry, time);
  if (due === 0n && rounded.reservedBps(run.rounded, entry, time) !== 0n) return [];
  tick(run);
  const { operator, account, bucketId } = entry;
  const wiped = rounded.isWiped(run.rounded, entry);
  const assets = rounded.claim(run.rounded, entry, time);
  // The exact ledger knows no generations: what an account unbonded in a day leaves together, except what is wiped.
  if (!wiped) exact.claim(run.exact, operator, account, Number(bucketId >> 56n), (bucketId >> 24n) & 0xffffffffn, time);
  return done(run, { kind: "claim", time, operator, account, bucketId, assets });
}

function slash(run: Run, operator: string, fault: bigint, bps: bigint, infractionTime: bigint): Step[] {
  if (!run.setting.dust && rounded.smallest(run.rounded, operator) < 10n ** 10n) return [];
  const time = tick(run);
  const held = run.rounded.holds.get(fault);
  const { challenger } = run.setting.people;
  const outcome = rounded.slash(run.rounded, operator, fault, bps, infractionTime, challenger, time);
  exact.releaseHold(run.exact, fault);
  exact.slash(run.exact, operator, held !== undefined && held.bps < bps ? held.bps : bps, infractionTime, time);
  return done(run, { kind: "slash", time, operator, fault, bps, infractionTime, ...outcome });
}

function hold(run: Run, operator: string, act: Extract<Act, { kind: "hold" }>): Step[] {
  const time = run.time + 1n;
  const live = [...run.rounded.holds.values()].filter((held) => held.operator === operator && time <= held.deadline);
  if (live.length === MAX_HOLDS) return [];
  tick(run);
  const fault = ++run.faults;
  const infractionTime = time - act.age;
  const deadline = time + act.term;
  rounded.hold(run.rounded, operator, fault, act.bps, infractionTime, deadline);
  exact.hold(run.exact, operator, fault, act.bps, infractionTime, deadline);
  return done(run, { kind: "hold", time, operator, bps: act.bps, infractionTime, fault, deadline });
}

/** Releases a hold when the verdict is 0 bps, else slashes by no more than was held. */
function decide(run: Run, index: number, bps: bigint): Step[] {
  const live = [...run.rounded.holds].filter(([, held]) => run.time + 1n <= held.deadline);
  if (live.length === 0) return [];
  const [fault, held] = pick(live, index);
  if (bps !== 0n) return slash(run, held.operator, fault, bps, held.infractionTime);
  const time = tick(run);
  rounded.releaseHold(run.rounded, fault);
  exact.releaseHold(run.exact, fault);
  return done(run, { kind: "release", time, fault });
}

/**
 * Allows for the rounding of a reward: of each stake and of their sum a base unit for every step so far, and what the 18
 * decimals of the index leave to the next reward.
 */
function allowSlack(run: Run, operator: string, amount: bigint): void {
  const { tokens, shares } = rounded.poolOf(run.rounded, operator);
  const weights = tokens === 0n ? 0n : (2n * amount * (run.steps + 1n)) / tokens;
  const slack = (run.rewardSlack.get(operator) ?? 0n) + weights + shares / OPG + 2n;
  run.rewardSlack.set(operator, slack);
}

/** The time of the next transaction. */
function tick(run: Run): bigint {
  run.steps += 1n;
  run.time += 1n;
  return run.time;
}

/** Notes what holds after a step. */
function done(run: Run, step: Step): Step[] {
  const { operators, accounts } = run.setting.people;
  run.snapshots.push({
    time: run.time,
    votes: new Map(accounts.map((name) => [name, rounded.votesOf(run.rounded, name)])),
    stake: new Map(operators.map((name) => [name, rounded.poolOf(run.rounded, name).tokens])),
    positions: new Map(operators.flatMap((name) => accounts.map((account) => positionAt(run, name, account)))),
    total: rounded.totalStake(run.rounded),
  });
  return [step];
}

function positionAt(run: Run, operator: string, account: string): [string, Fraction] {
  const { tokens, shares } = rounded.poolOf(run.rounded, operator);
  const own = rounded.sharesOf(run.rounded, operator, account);
  return [`${operator}:${account}`, shares === 0n ? fraction(0n) : fraction(own * tokens, shares)];
}

/** The element of `list`, which is never empty, by an index that may be too large. */
export function pick<T>(list: readonly T[], index: number): T {
  const element = list[index % list.length];
  if (element === undefined) throw new Error("nothing to pick from");
  return element;
}
