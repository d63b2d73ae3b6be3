import { parseEther, parseSignature, zeroAddress } from "viem";
import { local } from "../deployments/parameters/local.ts";
import type { GasMeter } from "./gas.ts";

/** What {@link measureAround} measures, by the last parts of the metrics' ids. */
export const AROUND_LABELS: Readonly<Record<string, string>> = {
  "emissions.collect": "collect an operator's emission of one day, the first time",
  "emissions.collect30": "collect an operator's emission of 30 days",
  "router.permit": "stake by permit through the router, as the next delegator of the day",
  "router.claims": "claim the rewards behind three operators through the router",
  "lens.position": "read a position with its unbondings of 76 days, as a call",
  "lens.page": "read an operator's page, as a call",
};

const DAY = 86_400n;
const { staking: STAKING_CONFIG, operators: OPERATORS_CONFIG } = local({});

/** A ledger with a day's interval of votes, three operators with stake, emissions, lens and router. */
async function prepare({ connection, sender }: GasMeter) {
  const { viem } = connection;
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const config = { ...STAKING_CONFIG, voteInterval: DAY };
  const staking = await viem.deployContract("Staking", [authority.address, token.address, config, OPERATORS_CONFIG]);
  const registry = await viem.getContractAt("Operators", await staking.read.operators());
  const [, ...wallets] = await viem.getWalletClients();
  const operators = wallets.slice(0, 3).map((wallet) => wallet.account.address);
  const [, , , delegator] = wallets;
  if (delegator === undefined) throw new Error("The chain lacks accounts");
  for (const operator of operators) {
    await registry.write.registerOperator([15, operator, 500], { account: operator });
    await token.write.transfer([operator, parseEther("15000")]);
    await token.write.approve([staking.address, parseEther("15000")], { account: operator });
    await staking.write.stake([operator, parseEther("15000")], { account: operator });
  }
  await token.write.transfer([delegator.account.address, parseEther("1000")]);
  return { authority, token, staking, operators, delegator };
}

/** The gas of what stands around the ledger, by the last parts of the metrics' ids. */
export async function measureAround(meter: GasMeter): Promise<Record<string, number>> {
  const { viem, networkHelpers } = meter.connection;
  const { authority, token, staking, operators, delegator } = await prepare(meter);
  const [operator, second] = operators;
  if (operator === undefined || second === undefined) throw new Error("The chain lacks accounts");
  const client = await viem.getPublicClient();
  const now = async () => (await client.getBlock()).timestamp;
  const firstEpoch = (await now()) / DAY + 1n;
  const emissions = await viem.deployContract("Emissions", [
    staking.address,
    parseEther("100000000"),
    firstEpoch,
    2_922n,
    meter.sender,
  ]);
  await token.write.transfer([emissions.address, parseEther("100000000")]);
  const penalties = await viem.deployContract("Penalties", [authority.address, staking.address]);
  const locks = await viem.deployContract("ValueLocks", [authority.address, staking.address, 0n]);
  const attendance = await viem.deployContract("Attendance", [staking.address]);
  const lens = await viem.deployContract("StakeLens", [
    staking.address,
    penalties.address,
    locks.address,
    attendance.address,
    // Any contract can be the witness whose book is read.
    authority.address,
  ]);
  const router = await viem.deployContract("StakeRouter", [staking.address, zeroAddress]);

  await networkHelpers.time.increaseTo((firstEpoch + 1n) * DAY + 60n);
  const metrics: Record<string, number> = {};
  metrics["emissions.collect"] = await meter.gasOf(emissions.write.collect([operator, 1n]));
  await emissions.write.collect([second, 1n]);
  await networkHelpers.time.increaseTo((firstEpoch + 31n) * DAY + 60n);
  metrics["emissions.collect30"] = await meter.gasOf(emissions.write.collect([operator, 30n]));

  // The day's first act in the pool.
  await token.write.approve([staking.address, parseEther("1")]);
  await staking.write.stake([operator, parseEther("1")]);
  const owner = delegator.account.address;
  const [value, deadline] = [parseEther("1000"), (await now()) + DAY];
  const signature = await delegator.signTypedData({
    domain: {
      name: "OpenGradient",
      version: "1",
      chainId: await client.getChainId(),
      verifyingContract: token.address,
    },
    types: {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "Permit",
    message: { owner, spender: router.address, value, nonce: await token.read.nonces([owner]), deadline },
  });
  const { r, s, yParity } = parseSignature(signature);
  const permit = [operator, value, deadline, yParity + 27, r, s] as const;
  metrics["router.permit"] = await meter.gasOf(router.write.stakeWithPermit(permit, { account: owner }));
  metrics["router.claims"] = await meter.gasOf(router.write.claimRewards([operator, operators]));
  const asked = { address: lens.address, abi: lens.abi } as const;
  const position = { ...asked, functionName: "positionOf", args: [operator, owner] } as const;
  metrics["lens.position"] = Number(await client.estimateContractGas({ ...position, account: owner }));
  const page = { ...asked, functionName: "operatorPage", args: [operator] } as const;
  metrics["lens.page"] = Number(await client.estimateContractGas({ ...page, account: owner }));
  return metrics;
}
