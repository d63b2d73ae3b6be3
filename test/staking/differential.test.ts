import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import { keccak256, maxUint256, numberToHex, parseEther, type Address, type Hash } from "viem";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { actsArbitrary, createRun, perform, pick, type Run, type Setting, type Step } from "./reference/acts.ts";
import type { Fraction } from "./reference/fraction.ts";
import * as rounded from "./reference/rounded.ts";

/** The roles do not matter here; any valid set. */
const ROLES = 1;
/** Enough for any act; spares an estimate for each. */
const GAS = 2_000_000n;

const connection = await hre.network.create();
const { viem, networkHelpers } = connection;
const wallets = await viem.getWalletClients();

/** The account at `index` of the local chain. */
function accountAt(index: number): Address {
  const wallet = wallets[index];
  if (wallet === undefined) throw new Error(`the local chain has no account ${index}`);
  return wallet.account.address;
}

const payer = accountAt(0);
const SETTING: Setting = {
  people: {
    operators: [accountAt(1), accountAt(2)],
    accounts: [accountAt(1), accountAt(2), accountAt(3), accountAt(4)],
    challenger: accountAt(5),
  },
  period: 3n,
  bountyBps: 1_000n,
  commissionBps: [0n, 750n],
  start: 30_000n * 86_400n + 21_600n,
  dust: true,
};

/** A staking contract with two operators; everybody has OPG and has approved. The payer may slash. */
async function deployStaking() {
  const token = await viem.deployContract("OPG", [payer]);
  const authority = await viem.deployContract("AccessManager", [payer]);
  const staking = await viem.deployContract("Staking", [
    authority.address,
    token.address,
    {
      minDelegation: 10n ** 12n,
      maxDelegationRatio: 0n,
      windows: { evidence: 86_400, response: 0, appeal: 0, slack: 0 },
      unbondingPeriod: SETTING.period,
      bountyBps: SETTING.bountyBps,
      tokenBurnable: true,
      voteInterval: 1n,
    },
    { minSelfStake: 1n, maxCommissionBps: 10_000n },
  ]);
  for (const account of SETTING.people.accounts as readonly Address[]) {
    await token.write.transfer([account, parseEther("100000000")]);
    await token.write.approve([staking.address, maxUint256], { account });
  }
  await token.write.approve([staking.address, maxUint256]);
  const registry = await viem.getContractAt("Operators", await staking.read.operators());
  for (const [index, operator] of (SETTING.people.operators as readonly Address[]).entries()) {
    const commission = Number(pick(SETTING.commissionBps, index));
    await registry.write.registerOperator([ROLES, operator, commission], { account: operator });
  }
  // Everybody's past is kept, so that it can be compared too.
  for (const operator of SETTING.people.operators as readonly Address[]) {
    for (const account of SETTING.people.accounts as readonly Address[]) {
      await staking.write.keepPositionRecord([operator], { account });
    }
  }
  await networkHelpers.time.increaseTo(SETTING.start);
  const holds = await viem.getContractAt("Holds", await staking.read.holds());
  return { token, staking, holds };
}

type Deployment = Awaited<ReturnType<typeof deployStaking>>;

const faultId = (fault: bigint): Hash => keccak256(numberToHex(fault));
/** The references name accounts by any string; here they are the chain's. */
const address = (name: string): Address => name as Address;

/** Sends a step at its time and checks what the contract says of it. */
async function execute({ staking, holds }: Deployment, step: Step): Promise<void> {
  await networkHelpers.time.setNextBlockTimestamp(step.time);
  const { write, getEvents } = staking;
  switch (step.kind) {
    case "stake": {
      const [behind, account] = [address(step.operator), address(step.account)];
      if (step.gift) await write.stakeFor([behind, account, step.assets], { gas: GAS });
      else await write.stake([behind, step.assets], { account, gas: GAS });
      const [event] = await getEvents.Staked();
      assert.equal(event?.args.shares, step.shares, "shares minted");
      return;
    }
    case "unbond": {
      const options = { account: address(step.account), gas: GAS };
      if (step.byAssets) await write.unbondAssets([address(step.operator), step.assets], options);
      else await write.unbond([address(step.operator), step.shares], options);
      const [event] = await getEvents.UnbondingRequested();
      assert.equal(event?.args.shares, step.shares, "shares given up");
      assert.equal(event.args.assets, step.assets, "assets to the bucket");
      assert.equal(event.args.bucketId, step.bucketId, "bucket");
      return;
    }
    case "compound": {
      await write.compound([address(step.operator), address(step.account)], {
        account: address(step.account),
        gas: GAS,
      });
      const [event] = await getEvents.Staked();
      assert.deepEqual([event?.args.assets, event?.args.shares], [step.assets, step.shares], "compounded");
      return;
    }
    case "claim": {
      await write.claim([address(step.operator), address(step.account), step.bucketId], { gas: GAS });
      const [rest] = await getEvents.UnbondingClaimed();
      const [part] = await getEvents.UnbondingAdvanced();
      assert.equal((rest ?? part)?.args.assets, step.assets, "claim");
      return;
    }
    case "slash": {
      const { operator, bps, infractionTime, fault } = step;
      const challenger = address(SETTING.people.challenger);
      await write.slash([address(operator), bps, infractionTime, faultId(fault), challenger, false], { gas: GAS });
      const [event] = await getEvents.OperatorSlashed();
      const { activeLoss = -1n, unbondingLoss = -1n } = event?.args ?? {};
      assert.equal(activeLoss + unbondingLoss, step.slashed, "slashed");
      assert.equal(event?.args.bounty, step.bounty, "bounty");
      return;
    }
    case "hold": {
      const { operator, bps, infractionTime, fault, deadline } = step;
      await holds.write.hold([address(operator), bps, infractionTime, faultId(fault), deadline], { gas: GAS });
      return;
    }
    case "release":
      await holds.write.releaseHold([faultId(step.fault)], { gas: GAS });
      return;
    case "reward":
      await write.distributeReward([address(step.operator), step.amount], { gas: GAS });
      return;
    case "claimReward": {
      await write.claimReward([address(step.operator), address(step.account)], { gas: GAS });
      const [event] = await getEvents.RewardClaimed();
      assert.equal(event?.args.amount ?? 0n, step.amount, "reward claimed");
      return;
    }
    case "delegate":
      await write.delegate([address(step.voter)], { account: address(step.operator), gas: GAS });
  }
}

/** Compares what an act can change of all pools. */
async function comparePools({ staking }: Deployment, { rounded: ledger }: Run): Promise<void> {
  for (const operator of SETTING.people.operators) {
    const { tokens, shares } = rounded.poolOf(ledger, operator);
    assert.deepEqual(await staking.read.poolOf([address(operator)]), [tokens, shares], "pool");
  }
  assert.equal(await staking.read.pendingBurn(), ledger.pendingBurn, "to be burned");
}

/** Compares every pool, share, claim, reward and vote in the contract with the reference: equal to the base unit. */
async function compare({ staking, token }: Deployment, { rounded: ledger }: Run, supply: bigint): Promise<void> {
  const { operators, accounts, challenger } = SETTING.people;
  for (const operator of operators) {
    const { tokens, shares } = rounded.poolOf(ledger, operator);
    assert.deepEqual(await staking.read.poolOf([address(operator)]), [tokens, shares], "pool");
    assert.equal(await staking.read.eraOf([address(operator)]), BigInt(rounded.eraOf(ledger, operator)), "era");
    for (const account of accounts) {
      const pair = [address(operator), address(account)] as const;
      assert.equal(await staking.read.sharesOf(pair), rounded.sharesOf(ledger, operator, account), "shares");
      assert.equal(await staking.read.pendingReward(pair), rounded.rewardOf(ledger, operator, account), "reward");
    }
  }
  for (const entry of ledger.entries.values()) {
    const [shares, left] = await staking.read.unbondingOf([
      address(entry.operator),
      address(entry.account),
      entry.bucketId,
    ]);
    assert.deepEqual([shares, left], [entry.shares, rounded.leftOf(ledger, entry)], "unbonding");
  }
  for (const account of accounts) {
    assert.equal(await staking.read.getVotes([address(account)]), rounded.votesOf(ledger, account), "votes");
  }
  assert.equal(await staking.read.totalSupply(), rounded.totalStake(ledger), "all votes");
  assert.equal(await staking.read.bountyOf([address(challenger)]), ledger.bounties.get(challenger) ?? 0n, "bounty");
  assert.equal(await staking.read.pendingBurn(), ledger.pendingBurn, "to be burned");
  await staking.write.burnSlashed();
  assert.equal(supply - (await token.read.totalSupply()), ledger.pendingBurn, "burned");
}

/** Compares what the contract remembers of `count` moments with what was. */
async function compareHistory({ staking }: Deployment, { snapshots }: Run, count: number): Promise<void> {
  const { operators, accounts } = SETTING.people;
  const stride = Math.max(1, Math.floor(snapshots.length / count));
  for (const [index, { time, votes, stake, positions, total }] of snapshots.entries()) {
    if (index % stride !== 0) continue;
    for (const account of accounts) {
      assert.equal(await staking.read.getPastVotes([address(account), time]), votes.get(account), "past votes");
    }
    for (const operator of operators) {
      let sum = 0n;
      for (const account of accounts) {
        const part = await staking.read.getPastPositionVotes([address(operator), address(account), time]);
        checkPart(part, positions.get(`${operator}:${account}`));
        sum += part;
      }
      assert.ok(sum <= (stake.get(operator) ?? 0n), "the parts are not more than the whole");
      assert.equal(await staking.read.getPastStake([address(operator), time]), stake.get(operator), "past stake");
    }
    assert.equal(await staking.read.getPastTotalSupply([time]), total, "all past votes");
  }
}

/** A position's votes are its worth, rounded down by less than a billionth and a base unit. */
function checkPart(votes: bigint, exact: Fraction | undefined): void {
  assert.ok(exact !== undefined, "a known position");
  const worth = exact.num / exact.den;
  assert.ok(votes <= worth && votes + worth / 10n ** 9n + 2n >= worth, `votes of a position: ${votes} of ${worth}`);
}

describe("the staking contract against the reference ledger", () => {
  after(() => connection.close());
  const { differentialRuns } = readTestDepth(process.env);

  it(`agrees to the base unit after every act of ${differentialRuns} random sequences`, async () => {
    const kinds = new Map<string, number>();
    let [compared, wiped, eras] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(actsArbitrary({ length: 90, setting: SETTING }), async (acts) => {
        const deployment = await networkHelpers.loadFixture(deployStaking);
        const supply = await deployment.token.read.totalSupply();
        const run = createRun(SETTING);
        for (const act of acts) {
          for (const step of perform(run, act)) {
            await execute(deployment, step);
            kinds.set(step.kind, (kinds.get(step.kind) ?? 0) + 1);
          }
          await comparePools(deployment, run);
        }
        await networkHelpers.time.increaseTo(run.time + 1n);
        await compareHistory(deployment, run, 10);
        await compare(deployment, run, supply);
        compared += 1;
        wiped += [...run.rounded.entries.values()].filter((entry) => rounded.isWiped(run.rounded, entry)).length;
        eras += SETTING.people.operators.reduce((sum, name) => sum + rounded.eraOf(run.rounded, name), 0);
      }),
      { numRuns: differentialRuns, seed: 2026, endOnFailure: true },
    );
    assert.equal(compared, differentialRuns, "every sequence was compared");
    // A run that never slashed to nothing, never held, never claimed would show little.
    assert.equal(kinds.size, 10, `every kind of act: ${[...kinds].join(" ")}`);
    assert.ok(wiped > 0 && eras > 0, `${wiped} wiped unbondings, ${eras} ended eras`);
  });
});
