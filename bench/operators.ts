import { keccak256, maxUint256, parseEther, toBytes, toFunctionSelector, type Address } from "viem";
import { local } from "../deployments/parameters/local.ts";
import type { GasMeter } from "./gas.ts";

/** What {@link measureOperators} measures, by the last parts of the metrics' ids. */
export const OPERATOR_LABELS: Readonly<Record<string, string>> = {
  register: "register as an operator",
  "operator.profile": "set an operator's profile of 70 bytes for the first time",
  "operator.rotate": "apply the change of a signing key",
  punish: "punish equivocation: the first fault of the operator and of the week, one delegator",
  "punish.next": "punish another fault of the week that costs nothing more",
  "punish.held": "punish a fault that was held, of an operator with one delegator",
  admit: "reserve what a fault may cost",
  "activeset.enter": "list an operator who is the first of his band",
  "attendance.checkin": "check in, the first time in an hour, on a page that is in use",
  "activeset.move": "move an operator between bands that are not empty",
};

const { staking: STAKING_CONFIG, operators: OPERATORS_CONFIG } = local({});
const DAY = 86_400n;
const HOUR = 3_600n;
const SLASHER = 2n;
const ADJUDICATOR = 5n;
/** Numbers of {FaultClass}. */
const EQUIVOCATION = 1;
const INVALID_PROOF = 3;
const DATA_WITHHELD = 4;

/** A ledger with penalties and an active set, all in use: three operators with stake and a delegator each. */
async function prepare({ connection, sender }: GasMeter) {
  const { viem } = connection;
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const staking = await viem.deployContract("Staking", [
    authority.address,
    token.address,
    STAKING_CONFIG,
    OPERATORS_CONFIG,
  ]);
  const operators = await viem.getContractAt("Operators", await staking.read.operators());
  const penalties = await viem.deployContract("Penalties", [authority.address, staking.address]);
  const activeSet = await viem.deployContract("ActiveSet", [staking.address]);
  const attendance = await viem.deployContract("Attendance", [staking.address]);
  const open = (target: Address, signatures: readonly string[], role: bigint) =>
    authority.write.setTargetFunctionRole([target, signatures.map((signature) => toFunctionSelector(signature)), role]);
  await open(staking.address, ["slash(address,uint256,uint256,bytes32,address,bool)"], SLASHER);
  await open(
    await staking.read.holds(),
    ["hold(address,uint256,uint256,bytes32,uint256)", "releaseHold(bytes32)"],
    SLASHER,
  );
  await open(operators.address, ["jail(address,uint256)"], SLASHER);
  await open(
    penalties.address,
    ["punish(address,uint8,uint256,bytes32,address)", "admit(address,uint8,uint256,bytes32,uint256)"],
    ADJUDICATOR,
  );
  await authority.write.grantRole([SLASHER, penalties.address, 0]);
  await authority.write.grantRole([ADJUDICATOR, sender, 0]);
  const accounts = (await viem.getWalletClients()).slice(1, 5).map((wallet) => wallet.account.address);
  await token.write.approve([staking.address, maxUint256 / 2n]);
  return { connection, token, staking, operators, penalties, activeSet, attendance, accounts };
}

/** The gas of what concerns operators and penalties, by the last parts of the metrics' ids. */
export async function measureOperators(meter: GasMeter): Promise<Record<string, number>> {
  const { connection, token, staking, operators, penalties, activeSet, attendance, accounts } = await prepare(meter);
  const { viem, networkHelpers } = connection;
  const { sender } = meter;
  const [first, second, third, fourth] = accounts;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error("The chain lacks accounts");
  }
  const register = (account: Address) => operators.write.registerOperator([15, account, 500], { account });
  const now = async () => (await (await viem.getPublicClient()).getBlock()).timestamp;
  const punish = async (operator: Address, faultClass: number, fault: string) =>
    penalties.write.punish([operator, faultClass, await now(), keccak256(toBytes(fault)), sender]);

  await register(first);
  const metrics: Record<string, number> = { register: await meter.gasOf(register(second)) };
  await register(third);
  await register(fourth);
  for (const account of [first, second, third, fourth]) {
    await token.write.transfer([account, parseEther("15000")]);
    await token.write.approve([staking.address, maxUint256 / 2n], { account });
    await staking.write.stake([account, parseEther("15000")], { account });
    await staking.write.stake([account, parseEther("1000")]);
  }
  const profile = {
    name: "Example Nodes Ltd.",
    url: "https://example.org/operators/opg",
    metadataHash: keccak256(toBytes("metadata")),
  };
  metrics["operator.profile"] = await meter.gasOf(operators.write.setProfile([first, profile], { account: first }));
  await operators.write.requestRotation([first, 0, sender], { account: first });
  await networkHelpers.time.increase(2n * DAY);
  metrics["operator.rotate"] = await meter.gasOf(operators.write.applyRotation([first, 0]));
  // The second hour of a word of the book.
  const hour = ((await now()) / HOUR / 256n + 1n) * 256n;
  await networkHelpers.time.setNextBlockTimestamp(hour * HOUR);
  await attendance.write.checkIn([first], { account: first });
  await networkHelpers.time.setNextBlockTimestamp((hour + 1n) * HOUR);
  metrics["attendance.checkin"] = await meter.gasOf(attendance.write.checkIn([first], { account: first }));
  metrics["activeset.enter"] = await meter.gasOf(activeSet.write.refresh([[first]]));
  await activeSet.write.refresh([[second, third]]);
  await staking.write.stake([second, parseEther("20000")]);
  await staking.write.stake([third, parseEther("20000")]);
  await activeSet.write.refresh([[third]]);
  metrics["activeset.move"] = await meter.gasOf(activeSet.write.refresh([[second]]));

  // At the beginning of a week, so that all faults fall into it.
  await networkHelpers.time.increaseTo(((await now()) / (7n * DAY) + 1n) * 7n * DAY);
  await punish(fourth, EQUIVOCATION, "earlier");
  metrics.punish = await meter.gasOf(punish(first, EQUIVOCATION, "first"));
  metrics["punish.next"] = await meter.gasOf(punish(first, DATA_WITHHELD, "next"));
  const infraction = await now();
  const held = keccak256(toBytes("held"));
  const admit = [second, INVALID_PROOF, infraction, held, infraction + DAY] as const;
  metrics.admit = await meter.gasOf(penalties.write.admit(admit));
  metrics["punish.held"] = await meter.gasOf(penalties.write.punish([second, INVALID_PROOF, infraction, held, sender]));
  return metrics;
}
