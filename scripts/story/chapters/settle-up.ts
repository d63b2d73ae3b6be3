import { encodeFunctionData, parseEventLogs } from "viem";
import { emissionsAbi } from "../../../sdk/src/abi/Emissions.ts";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { stakeLensAbi } from "../../../sdk/src/abi/StakeLens.ts";
import { stakeRouterAbi } from "../../../sdk/src/abi/StakeRouter.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { opg } from "../../gov/words.ts";
import { passTime } from "../../lib/test-node.ts";
import { addressOf, type Person, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

const DAY = 86_400n;

/**
 * After the unbonding period the cheat's delegator takes out what the slash has left of his unbonding, and the honest
 * operator and his delegator share what the network emitted to stakers in the meantime.
 */
export async function settleUp(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<void> {
  await passTime(stage.provider, 15n * DAY);
  await claimUnbonding(stage, addresses, narrator);
  await collectEmission(stage, addresses, narrator);
}

async function claimUnbonding(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<void> {
  const [operator, delegator] = [addressOf(stage, "cheat"), addressOf(stage, "cheatsDelegator")];
  const lens = { address: addresses.StakeLens, abi: stakeLensAbi } as const;
  const position = () =>
    stage.reader.readContract({ ...lens, functionName: "positionOf", args: [operator, delegator] });
  const { unbondings } = await position();
  const due = unbondings.reduce((sum, { claimableNow }) => sum + claimableNow, 0n);
  const before = await walletOf(stage, addresses, "cheatsDelegator");

  const requests = unbondings.map(({ bucketId }) => ({ operator, delegator, bucketId }));
  // Anyone may send it; the OPG goes to the delegator.
  await narrator.send(stage.people.challenger, "claim all matured unbondings in one call", {
    to: addresses.StakeRouter,
    data: encodeFunctionData({ abi: stakeRouterAbi, functionName: "claimMany", args: [requests] }),
  });
  const gained = (await walletOf(stage, addresses, "cheatsDelegator")) - before;
  narrator.check("the cheat's delegator gets what the slash left of his unbonding", gained === due && due > 0n);
  narrator.check("nothing of it is open any more", (await position()).unbondings.length === 0);
}

async function collectEmission(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<void> {
  const { reader, people } = stage;
  const operator = addressOf(stage, "operator");
  const emissions = { address: addresses.Emissions, abi: emissionsAbi } as const;
  const allocation = await reader.readContract({ ...emissions, functionName: "ALLOCATION" });
  await narrator.send(people.deployer, "fund the staking rewards", {
    to: addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: [addresses.Emissions, allocation] }),
  });
  const collected = await narrator.send(people.delegator, "collect what the operator's stake has earned", {
    to: addresses.Emissions,
    data: encodeFunctionData({ abi: emissionsAbi, functionName: "collect", args: [operator, 64n] }),
  });
  const { logs } = await reader.getTransactionReceipt({ hash: collected.transactionHash });
  const [event] = parseEventLogs({ abi: emissionsAbi, logs, eventName: "EmissionCollected" });
  if (event === undefined) throw new Error("The emission was not collected.");
  const { amount, fromEpoch, toEpoch } = event.args;

  const before = {
    operator: await walletOf(stage, addresses, "operator"),
    delegator: await walletOf(stage, addresses, "delegator"),
  };
  for (const person of ["operator", "delegator"] as const) {
    await narrator.send(people[person], `${person} claims rewards`, {
      to: addresses.Staking,
      data: encodeFunctionData({
        abi: stakingAbi,
        functionName: "claimReward",
        args: [operator, addressOf(stage, person)],
      }),
    });
  }
  const shared =
    (await walletOf(stage, addresses, "operator")) -
    before.operator +
    (await walletOf(stage, addresses, "delegator")) -
    before.delegator;
  let emitted = 0n;
  for (let epoch = fromEpoch; epoch < toEpoch; epoch += 1n) {
    emitted += await reader.readContract({ ...emissions, functionName: "emissionOf", args: [epoch] });
  }
  narrator.fact(
    "emitted",
    `${opg(emitted)} in ${toEpoch - fromEpoch} days, ${opg(amount)} of it for this operator's pool`,
  );
  narrator.check("no more was paid than the days emitted", amount > 0n && amount < emitted);
  // The index has 18 decimals: of a reward at most a base unit per OPG at stake waits for the next one.
  narrator.check(
    "operator and delegator share it, but for a millionth of a millionth OPG",
    amount - shared < 1_000_000n,
  );
  const [earned] = await reader.readContract({
    ...emissions,
    functionName: "collectable",
    args: [addressOf(stage, "cheat"), 64n],
  });
  narrator.check("the cheat earns nothing any more", earned === 0n);
}

function walletOf(stage: Stage, addresses: Addresses, person: Person): Promise<bigint> {
  return stage.reader.readContract({
    address: addresses.OPG,
    abi: opgAbi,
    functionName: "balanceOf",
    args: [addressOf(stage, person)],
  });
}
