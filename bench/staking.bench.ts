import { keccak256, parseEther, toBytes } from "viem";
import { onFreshChain, type GasMeter } from "./gas.ts";
import type { Bench, Metrics } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  "stake.first": "stake as the first in a pool",
  "stake.next": "stake as the next delegator",
  "stake.topup": "top up a stake",
  "unbond.first": "unbond as the first of the day",
  "unbond.next": "unbond as another account on that day",
  claim: "claim a matured unbonding",
  "slash.typical": "slash the active pool and one unbonding bucket",
  "reward.distribute": "distribute a reward to a pool",
  "reward.claim": "claim a reward",
};

const DAY = 86_400n;

const CONFIG = {
  minSelfStake: parseEther("1000"),
  minDelegation: parseEther("1"),
  unbondingPeriod: 14n,
  maxCommissionBps: 2_000n,
  bountyBps: 1_000n,
  tokenBurnable: true,
};

/** A staking contract, an operator and two delegators with OPG and allowances. */
async function prepare({ connection, sender }: GasMeter) {
  const { viem } = connection;
  const [, operator, alice, bob] = await viem.getWalletClients();
  if (operator === undefined || alice === undefined || bob === undefined) throw new Error("The chain lacks accounts");
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const staking = await viem.deployContract("Staking", [authority.address, token.address, CONFIG]);
  for (const { account } of [operator, alice, bob]) {
    await token.write.transfer([account.address, parseEther("100000")]);
    await token.write.approve([staking.address, parseEther("100000")], { account });
  }
  await token.write.approve([staking.address, parseEther("100000")]);
  const { account } = operator;
  await staking.write.registerOperator([1, account.address, 500], { account });
  return { staking, operator: account.address, operatorAccount: account, alice: alice.account, bob: bob.account };
}

async function measure(meter: GasMeter): Promise<Metrics> {
  const { gasOf, connection } = meter;
  const { staking, operator, operatorAccount, alice, bob } = await prepare(meter);
  const stake = (account: typeof alice, amount: string) =>
    gasOf(staking.write.stake([operator, parseEther(amount)], { account }));
  const unbond = (account: typeof alice, amount: string) =>
    gasOf(staking.write.unbond([operator, parseEther(amount)], { account }));

  const metrics: Record<string, number> = {};
  metrics["stake.first"] = await stake(operatorAccount, "5000");
  metrics["stake.next"] = await stake(alice, "1000");
  metrics["stake.topup"] = await stake(alice, "1000");
  await stake(bob, "1000");
  metrics["reward.distribute"] = await gasOf(staking.write.distributeReward([operator, parseEther("10")]));
  metrics["reward.claim"] = await gasOf(staking.write.claimReward([operator, alice.address]));
  metrics["unbond.first"] = await unbond(alice, "100");
  metrics["unbond.next"] = await unbond(bob, "100");
  const { timestamp } = await (await connection.viem.getPublicClient()).getBlock();
  const slash = [operator, 500n, timestamp, keccak256(toBytes("fault")), alice.address, false] as const;
  metrics["slash.typical"] = await gasOf(staking.write.slash(slash));
  const bucket = await staking.read.previewUnbond([operator, parseEther("1")]);
  await connection.networkHelpers.time.increase(15n * DAY);
  metrics["claim"] = await gasOf(staking.write.claim([operator, alice.address, bucket[1]]));
  return Object.fromEntries(Object.entries(metrics).map(([id, value]) => [`gas.staking.${id}`, value]));
}

const bench: Bench = {
  prefix: "gas.staking",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.staking.".length)] ?? id,
  run: () => onFreshChain(measure),
};

export default bench;
