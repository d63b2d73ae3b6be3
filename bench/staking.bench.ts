import { keccak256, maxUint256, numberToHex, parseEther, toBytes, type Address } from "viem";
import { onFreshChain, type GasMeter } from "./gas.ts";
import type { Bench, Metrics } from "./harness/types.ts";
import { measureOperators, OPERATOR_LABELS } from "./operators.ts";
import { AROUND_LABELS, measureAround } from "./staking-around.ts";

// The first act of a day in a pool, and on the ledger, writes the histories of votes; half of these entries open a slot.
const LABELS: Readonly<Record<string, string>> = {
  "stake.first": "stake as the first in a pool (mean of two, one of them the first act of the day)",
  "stake.next": "stake as the next delegator, not as the first act of the day in the pool (mean of two)",
  "stake.topup": "top up a stake, not as the first act of the day in the pool (mean of two)",
  "stake.topup.daily": "top up as the first act of the day on the ledger (mean of two days)",
  "unbond.first": "unbond as the first of the day (mean of two, one of them the first act in the pool)",
  "unbond.next": "unbond as another account on that day (mean of two)",
  claim: "claim a matured unbonding",
  "slash.typical": "slash the active pool and one unbonding bucket, with one delegator",
  "slash.worst": "slash with a bucket of every day live, the operator's own stake in each",
  "slash.delegators1000": "the typical slash with 1,000 delegators and 1,000 unbondings",
  "burn.slashed": "burn what slashes took",
  "reward.distribute": "distribute a reward to a pool",
  "reward.claim": "claim a reward",
  ...OPERATOR_LABELS,
  ...AROUND_LABELS,
};

const DAY = 86_400n;
const UNBONDING_PERIOD = 14n;
/** Enough for any act here; spares an estimate for each of thousands of transactions. */
const GAS = 1_000_000n;

const CONFIG = {
  minDelegation: parseEther("1"),
  maxDelegationRatio: 20n,
  windows: { evidence: 604_800, response: 86_400, appeal: 259_200, slack: 172_800 },
  unbondingPeriod: UNBONDING_PERIOD,
  bountyBps: 1_000n,
  tokenBurnable: true,
  voteInterval: DAY,
};

const OPERATORS_CONFIG = { minSelfStake: parseEther("1000"), maxCommissionBps: 2_000n };

/** A staking contract that is in use: three operators, one of whom has stake; accounts with OPG and allowances. */
async function prepare({ connection, sender }: GasMeter) {
  const { viem, networkHelpers } = connection;
  const wallets = (await viem.getWalletClients()).map((wallet) => wallet.account.address);
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const staking = await viem.deployContract("Staking", [authority.address, token.address, CONFIG, OPERATORS_CONFIG]);
  const operators = await viem.getContractAt("Operators", await staking.read.operators());
  const fund = async (account: Address) => {
    await token.write.transfer([account, parseEther("10000")], { gas: GAS });
    await token.write.approve([staking.address, maxUint256], { account, gas: GAS });
  };
  const [operator, second, third, ...delegators] = wallets.slice(1, 8);
  if (operator === undefined || second === undefined || third === undefined)
    throw new Error("The chain lacks accounts");
  for (const account of [operator, second, third, ...delegators]) await fund(account);
  await token.write.approve([staking.address, maxUint256]);
  for (const account of [operator, second, third]) {
    await operators.write.registerOperator([1, account, 500], { account });
  }
  const stake = (behind: Address, account: Address, amount: string) =>
    staking.write.stake([behind, parseEther(amount)], { account, gas: GAS });
  const unbond = (account: Address, amount: string) =>
    staking.write.unbond([operator, parseEther(amount)], { account, gas: GAS });
  const slash = async (age: bigint) => {
    const { timestamp } = await (await viem.getPublicClient()).getBlock();
    return staking.write.slash([operator, 500n, timestamp - age, keccak256(toBytes("fault")), sender, false]);
  };
  await stake(operator, operator, "5000");
  // At the beginning of a day, so that all acts of a measurement fall on the same one.
  const { timestamp } = await (await viem.getPublicClient()).getBlock();
  await networkHelpers.time.increaseTo((timestamp / DAY + 1n) * DAY);
  return { staking, operator, second, third, delegators, fund, stake, unbond, slash };
}

/** The delegator at `index`. */
function pick(delegators: readonly Address[], index: number): Address {
  const delegator = delegators[index];
  if (delegator === undefined) throw new Error(`There is no delegator ${index}`);
  return delegator;
}

async function measureStakers(meter: GasMeter): Promise<Record<string, number>> {
  const { staking, operator, second, third, delegators, stake, unbond } = await prepare(meter);
  const { networkHelpers } = meter.connection;
  const alice = pick(delegators, 0);
  const bob = pick(delegators, 1);
  const carol = pick(delegators, 2);
  const dave = pick(delegators, 3);
  /** The mean of two acts. */
  const mean = async (first: () => Promise<`0x${string}`>, next: () => Promise<`0x${string}`>): Promise<number> =>
    Math.round(((await meter.gasOf(await first())) + (await meter.gasOf(await next()))) / 2);

  const metrics: Record<string, number> = {};
  metrics["stake.first"] = await mean(
    () => stake(second, second, "1000"),
    () => stake(third, third, "1000"),
  );
  // The day's first act in the operator's pool.
  await stake(operator, dave, "1000");
  metrics["stake.next"] = await mean(
    () => stake(operator, alice, "1000"),
    () => stake(operator, bob, "1000"),
  );
  metrics["stake.topup"] = await mean(
    () => stake(operator, alice, "1000"),
    () => stake(operator, bob, "1000"),
  );
  await stake(operator, carol, "1000");
  metrics["reward.distribute"] = await meter.gasOf(staking.write.distributeReward([operator, parseEther("10")]));
  for (const account of [alice, bob, carol, dave]) await staking.write.claimReward([operator, account]);
  await staking.write.distributeReward([operator, parseEther("10")]);
  metrics["reward.claim"] = await meter.gasOf(staking.write.claimReward([operator, alice]));
  for (const account of [bob, carol, dave]) await staking.write.claimReward([operator, account]);
  const dayOne = await meter.gasOf(await unbond(alice, "100"));
  const bucketId = await staking.read.bucketIdOf([operator, 0n, await staking.read.currentEpoch()]);
  metrics["unbond.next"] = await mean(
    () => unbond(bob, "100"),
    () => unbond(carol, "100"),
  );
  await unbond(dave, "100");
  await unbond(operator, "100");
  await networkHelpers.time.increase(DAY);
  metrics["unbond.first"] = Math.round((dayOne + (await meter.gasOf(await unbond(alice, "100")))) / 2);
  const nextDay = async () => {
    await networkHelpers.time.increase(DAY);
    return stake(operator, alice, "1000");
  };
  metrics["stake.topup.daily"] = await mean(nextDay, nextDay);
  await networkHelpers.time.increase(15n * DAY);
  metrics["claim"] = await meter.gasOf(staking.write.claim([operator, alice, bucketId]));
  return metrics;
}

/** A slash of a pool with this many delegators, each with an unbonding of the same day. */
async function measureSlash(meter: GasMeter, delegators: number): Promise<number> {
  const { networkHelpers } = meter.connection;
  const { operator, fund, stake, unbond, slash } = await prepare(meter);
  for (let index = 1; index <= delegators; ++index) {
    const account = numberToHex(0xd0000000 + index, { size: 20 });
    await networkHelpers.impersonateAccount(account);
    await networkHelpers.setBalance(account, parseEther("1"));
    await fund(account);
    // Two changes each: the half of the history's slot that the slash writes is the same for any number of them.
    await stake(operator, account, "2");
    await unbond(account, "1");
  }
  return meter.gasOf(await slash(0n));
}

async function measureWorstSlash(meter: GasMeter): Promise<Record<string, number>> {
  const { networkHelpers } = meter.connection;
  const { staking, operator, delegators, stake, unbond, slash } = await prepare(meter);
  await stake(operator, pick(delegators, 0), "1000");
  for (let day = 0n; day <= UNBONDING_PERIOD; ++day) {
    if (day !== 0n) await networkHelpers.time.increase(DAY);
    await unbond(operator, "10");
    await unbond(pick(delegators, 0), "10");
  }
  const worst = await meter.gasOf(await slash(UNBONDING_PERIOD * DAY));
  return { "slash.worst": worst, "burn.slashed": await meter.gasOf(staking.write.burnSlashed()) };
}

async function run(): Promise<Metrics> {
  const metrics = {
    ...(await onFreshChain(measureStakers)),
    "slash.typical": await onFreshChain((meter) => measureSlash(meter, 1)),
    "slash.delegators1000": await onFreshChain((meter) => measureSlash(meter, 1_000)),
    ...(await onFreshChain(measureWorstSlash)),
    ...(await onFreshChain(measureOperators)),
    ...(await onFreshChain(measureAround)),
  };
  return Object.fromEntries(Object.entries(metrics).map(([id, value]) => [`gas.staking.${id}`, value]));
}

const bench: Bench = {
  prefix: "gas.staking",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.staking.".length)] ?? id,
  run,
};

export default bench;
