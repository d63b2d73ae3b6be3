import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import { keccak256, maxUint256, numberToHex, parseEther, type Address } from "viem";

import * as reference from "./ledger.reference.ts";

const DAY = 86_400n;
const UNBONDING_PERIOD = 3n;
const BOUNTY_BPS = 1_000n;
const COMMISSION_BPS = [0n, 750n] as const;
const START = 30_000n * DAY + DAY / 4n;
/** The roles do not matter here; any valid set. */
const ROLES = 1;

const connection = await hre.network.create();
const { viem, networkHelpers } = connection;
const publicClient = await viem.getPublicClient();
const wallets = await viem.getWalletClients();

/** The account at `index` of the local chain. */
function accountAt(index: number): Address {
  const wallet = wallets[index];
  if (wallet === undefined) throw new Error(`the local chain has no account ${index}`);
  return wallet.account.address;
}

const payer = accountAt(0);
/** Two operators, each of whom also delegates to the other, and two delegators. */
const accounts = [1, 2, 3, 4].map(accountAt);
const operators = accounts.slice(0, 2);
const challenger = accountAt(5);

/** A staking contract with two operators; everybody has OPG and has approved. The payer may slash. */
async function deployStaking() {
  const token = await viem.deployContract("OPG", [payer]);
  const authority = await viem.deployContract("AccessManager", [payer]);
  const staking = await viem.deployContract("Staking", [
    authority.address,
    token.address,
    {
      minDelegation: 10n ** 12n,
      unbondingPeriod: UNBONDING_PERIOD,
      bountyBps: BOUNTY_BPS,
      tokenBurnable: true,
    },
    { minSelfStake: 0n, maxCommissionBps: 10_000n },
  ]);
  for (const account of accounts) {
    await token.write.transfer([account, parseEther("100000000")]);
    await token.write.approve([staking.address, maxUint256], { account });
  }
  await token.write.approve([staking.address, maxUint256]);
  const registry = await viem.getContractAt("Operators", await staking.read.operators());
  for (const [index, operator] of operators.entries()) {
    await registry.write.registerOperator([ROLES, operator, Number(COMMISSION_BPS[index])], { account: operator });
  }
  await networkHelpers.time.increaseTo(START);
  return { token, staking };
}

type Deployment = Awaited<ReturnType<typeof deployStaking>>;

const operator = fc.nat(1);
const account = fc.nat(3);
/** From one OPG to a million, with digits down to the base unit. */
const assets = fc.bigInt({ min: parseEther("1"), max: parseEther("1000000") });

const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("stake" as const), operator, account, assets }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("unbond" as const), operator, account, half: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("claim" as const), entry: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("slash" as const),
      operator,
      bps: fc.constantFrom(1n, 333n, 1_000n, 5_000n, 9_999n, 10_000n),
      age: fc.bigInt({ min: 0n, max: UNBONDING_PERIOD * DAY }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("hold" as const),
      operator,
      bps: fc.constantFrom(500n, 2_000n, 4_000n),
      age: fc.bigInt({ min: 0n, max: UNBONDING_PERIOD * DAY }),
      term: fc.bigInt({ min: DAY, max: 14n * DAY }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("verdict" as const),
      hold: fc.nat(),
      bps: fc.constantFrom(0n, 100n, 2_000n, 10_000n),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reward" as const), operator, assets }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("claimReward" as const), operator, account }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.bigInt({ min: 1n, max: 2n * DAY }) }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** A run of both ledgers. */
type Run = Deployment & {
  readonly ledger: reference.Ledger;
  /** The unbondings on chain: operator, account, bucket id. */
  readonly entries: [Address, Address, bigint][];
  faults: bigint;
  acts: bigint;
};

/** The elements of `list`, which is never empty, by an index that may be too large. */
function pick<T>(list: readonly T[], index: number): T {
  const element = list[index % list.length];
  if (element === undefined) throw new Error("nothing to pick from");
  return element;
}

/** The era and the epoch in a bucket id. */
function bucketOf(bucketId: bigint): [number, bigint] {
  return [Number(bucketId >> 56n), (bucketId >> 24n) & 0xffffffffn];
}

/** The time of the newest block. */
async function now(): Promise<bigint> {
  return (await publicClient.getBlock()).timestamp;
}

async function unbondInBoth(run: Run, operator: Address, account: Address, half: boolean): Promise<void> {
  const held = await run.staking.read.sharesOf([operator, account]);
  const shares = half ? held / 2n : held;
  const [worth] = await run.staking.read.previewUnbond([operator, shares]);
  if (worth === 0n) return;
  await run.staking.write.unbond([operator, shares], { account });
  const [event] = await run.staking.getEvents.UnbondingRequested();
  assert.ok(event?.args.bucketId !== undefined, "the unbonding is announced");
  run.entries.push([operator, account, event.args.bucketId]);
  reference.unbond(run.ledger, operator, account, reference.fraction(shares, held), await now());
}

async function claimInBoth(run: Run, index: number): Promise<void> {
  if (run.entries.length === 0) return;
  const [operator, account, bucketId] = pick(run.entries, index);
  const [open] = await run.staking.read.unbondingOf([operator, account, bucketId]);
  const maturity = reference.maturityOf(bucketOf(bucketId)[1], UNBONDING_PERIOD);
  assert.equal(await run.staking.read.claimableAt([bucketId]), maturity, "maturity");
  if (open === 0n || (await now()) < maturity) return;
  if ((await run.staking.read.claimableNow([operator, account, bucketId])) === 0n) return;
  await run.staking.write.claim([operator, account, bucketId]);
  reference.claim(run.ledger, operator, account, ...bucketOf(bucketId), await now());
}

async function slashInBoth(run: Run, operator: Address, bps: bigint, age: bigint): Promise<void> {
  const infractionTime = (await now()) - age;
  const faultId = keccak256(numberToHex(++run.faults));
  await run.staking.write.slash([operator, bps, infractionTime, faultId, challenger, false]);
  reference.slash(run.ledger, operator, bps, infractionTime, await now());
}

async function holdInBoth(run: Run, operator: Address, act: Extract<Act, { kind: "hold" }>): Promise<void> {
  // The operator's list has room for 8, some of which may be over.
  if ((await run.staking.read.holdsOf([operator])).length === 8) return;
  const time = await now();
  const infractionTime = time - act.age;
  const fault = ++run.faults;
  const deadline = time + act.term;
  await run.staking.write.hold([operator, act.bps, infractionTime, keccak256(numberToHex(fault)), deadline]);
  reference.hold(run.ledger, operator, fault, act.bps, infractionTime, deadline);
}

/** Releases a hold when the verdict is 0 bps, else slashes by no more than was held. */
async function decideInBoth(run: Run, act: Extract<Act, { kind: "verdict" }>): Promise<void> {
  const [fault, hold] = [...run.ledger.holds].at(act.hold % (run.ledger.holds.size || 1)) ?? [];
  if (fault === undefined || hold === undefined || (await now()) >= hold.deadline) return;
  const faultId = keccak256(numberToHex(fault));
  const operator = pick(operators, hold.operator === operators[0] ? 0 : 1);
  if (act.bps === 0n) await run.staking.write.releaseHold([faultId]);
  else await run.staking.write.slash([operator, act.bps, hold.infractionTime, faultId, challenger, false]);
  reference.releaseHold(run.ledger, fault);
  if (act.bps === 0n) return;
  const bps = act.bps < hold.bps ? act.bps : hold.bps;
  reference.slash(run.ledger, operator, bps, hold.infractionTime, await now());
}

/** Does one act in the contract and in the reference. */
async function perform(run: Run, act: Act): Promise<void> {
  run.acts += 1n;
  const { staking, ledger } = run;
  if (act.kind === "wait") return networkHelpers.time.increase(act.seconds).then(() => undefined);
  if (act.kind === "claim") return claimInBoth(run, act.entry);
  if (act.kind === "verdict") return decideInBoth(run, act);
  const operator = pick(operators, act.operator);
  if (act.kind === "hold") return holdInBoth(run, operator, act);
  if (act.kind === "slash") return slashInBoth(run, operator, act.bps, act.age);
  if (act.kind === "reward") {
    await staking.write.distributeReward([operator, act.assets]);
    return reference.distributeReward(ledger, operator, act.assets);
  }
  const account = pick(accounts, act.account);
  if (act.kind === "unbond") return unbondInBoth(run, operator, account, act.half);
  if (act.kind === "claimReward") {
    await staking.write.claimReward([operator, account]);
    return reference.claimReward(ledger, operator, account);
  }
  await staking.write.stake([operator, act.assets], { account });
  reference.stake(ledger, operator, account, act.assets);
}

/** Fails when `actual` is further than `tolerance` base units from `exact`. */
function assertNear(actual: bigint, exact: reference.Fraction, tolerance: bigint, what: string): void {
  const distance = reference.subtract(reference.fraction(actual), exact);
  const size = distance.num < 0n ? -distance.num : distance.num;
  assert.ok(
    size <= tolerance * distance.den,
    `${what}: ${actual} on chain, exactly ${exact.num / exact.den}, tolerance ${tolerance}`,
  );
}

/** Compares every claim in the contract with the exact one. */
async function compare(run: Run): Promise<void> {
  const { staking, ledger } = run;
  // Each act rounds each claim by a base unit at most; reading one rounds once more. A partial claim leaves 16 behind.
  const rounding = run.acts + 18n;
  for (const operator of operators) {
    const [poolAssets, poolShares] = await staking.read.poolOf([operator]);
    assertNear(poolAssets, reference.poolOf(ledger, operator), rounding, "pool");
    assert.equal(await staking.read.eraOf([operator]), BigInt(reference.eraOf(ledger, operator)), "era");
    assert.equal(await staking.read.getVotes([operator]), poolAssets, "votes");
    for (const account of accounts) {
      const active = await staking.read.stakeOf([operator, account]);
      assertNear(active, reference.stakeOf(ledger, operator, account), rounding, "stake");
      // The index has 18 decimals: of each reward less than shares / 1e18 waits for the next one. And what is left of
      // a slashed pool, a base unit of which is rounded, decides by weight over rewards of up to a million OPG.
      const waiting = run.acts * (poolShares / 10n ** 18n + 10n ** 12n);
      const reward = await staking.read.pendingReward([operator, account]);
      assertNear(reward, reference.rewardOf(ledger, operator, account), waiting, "reward");
    }
  }
  for (const [operator, account, bucketId] of run.entries) {
    const requests = reference.unbondingsOf(ledger, operator, account, ...bucketOf(bucketId));
    const exact = reference.sum(requests.map((request) => reference.subtract(request.value, request.paid)));
    // A bucket that was wiped goes on under the next id; what an account has in a day is the sum over its ids.
    const ids = new Set(run.entries.filter(sameDay(operator, account, bucketId)).map((entry) => entry[2]));
    let actual = 0n;
    for (const id of ids) actual += (await staking.read.unbondingOf([operator, account, id]))[1];
    assertNear(actual, exact, rounding, "unbonding");
  }
  assertNear(await staking.read.bountyOf([challenger]), ledger.bounty, 20n * run.acts, "bounty");
}

/** Whether an entry is of the same operator, account, era and epoch. */
function sameDay(operator: Address, account: Address, bucketId: bigint): (entry: Run["entries"][number]) => boolean {
  return (entry) => entry[0] === operator && entry[1] === account && entry[2] >> 24n === bucketId >> 24n;
}

describe("the staking contract against the exact ledger", () => {
  after(() => connection.close());

  it("agrees on every claim after random acts", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 25, maxLength: 50, size: "max" }), async (acts) => {
        const deployment = await networkHelpers.loadFixture(deployStaking);
        const run: Run = {
          ...deployment,
          ledger: reference.createLedger(BOUNTY_BPS),
          entries: [],
          faults: 0n,
          acts: 0n,
        };
        for (const [index, operator] of operators.entries()) {
          reference.register(run.ledger, operator, pick(COMMISSION_BPS, index));
        }
        const supply = await run.token.read.totalSupply();
        for (const act of acts) await perform(run, act);
        await compare(run);
        await run.staking.write.burnSlashed();
        const burned = supply - (await run.token.read.totalSupply());
        assertNear(burned, run.ledger.burned, 20n * run.acts, "burned");
        compared += 1;
      }),
      { numRuns: 12, seed: 2026, endOnFailure: true },
    );
    assert.equal(compared, 12, "every run was compared");
  });
});
