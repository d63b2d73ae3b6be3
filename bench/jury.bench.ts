import {
  encodeFunctionData,
  keccak256,
  maxUint256,
  parseEther,
  toBytes,
  toFunctionSelector,
  zeroHash,
  type Address,
  type Hex,
} from "viem";
import { local } from "../deployments/parameters/local.ts";
import { ROLE_IDS } from "../scripts/deploy/roles.ts";
import { callGasOf, onFreshChain, type GasMeter } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  "gas.settlement.jury.weigh": "announce the weight of a judge, the first time",
  "gas.settlement.jury.pool5": "draw five seats among twelve judges, as a call",
  "gas.settlement.jury.pool11": "draw eleven seats among twelve judges, as a call",
  "gas.settlement.jury.dispute": "dispute an answer: hold, deposit, evidence of 40 bytes",
  "gas.settlement.jury.draw": "draw a jury whose five seats fall on one juror; each further juror costs a slot",
  "gas.settlement.jury.seal": "seal a vote",
  "gas.settlement.jury.open": "open a vote, the first of the jury",
  "gas.settlement.jury.convict": "carry a conviction out: slash, bond and fees",
  "gas.settlement.jury.collect": "collect a juror's fee",
};

const DAY = 86_400n;
const JUDGE = 2;
const GUILTY = 1;
const DRAW_WAIT = 30;
const MINIMUM = parseEther("15000");
const { staking: STAKING_CONFIG, operators: OPERATORS_CONFIG, disputes: COSTS } = local({});

/** A receipt as the mock of settlement takes it: everything is attested, and settled once it is marked. */
function receiptOf(operator: Address, issuedAt: bigint) {
  return {
    requestId: zeroHash,
    requester: operator,
    settler: operator,
    payer: operator,
    releaseId: zeroHash,
    mode: 2,
    operator,
    nonce: 1n,
    inputHash: zeroHash,
    outputHash: zeroHash,
    inputCommitment: 0n,
    outputCommitment: 0n,
    keyId: zeroHash,
    enclaveId: zeroHash,
    issuedAt,
    deadline: issuedAt + 3_600n,
  };
}

/** A ledger, a pool and disputes, and operators with stake: the first is accused, the others judge. */
async function prepare({ connection, sender }: GasMeter) {
  const { viem } = connection;
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const deployed = [authority.address, token.address] as const;
  const staking = await viem.deployContract("Staking", [...deployed, STAKING_CONFIG, OPERATORS_CONFIG]);
  const operators = await viem.getContractAt("Operators", await staking.read.operators());
  const penalties = await viem.deployContract("Penalties", [authority.address, staking.address]);
  const bonds = await viem.deployContract("ChallengeBonds", deployed);
  const verifiers = await viem.deployContract("VerifierRegistry", [authority.address, true, []]);
  const settlement = await viem.deployContract("SettledReceipts__Mock");
  const pool = await viem.deployContract("JuryPool", [staking.address]);
  const contracts = {
    settlement: settlement.address,
    staking: staking.address,
    penalties: penalties.address,
    verifiers: verifiers.address,
    bonds: bonds.address,
  };
  const disputes = await viem.deployContract("AnswerDisputes", [
    authority.address,
    contracts,
    pool.address,
    COSTS.bond,
    COSTS.jurorFee,
  ]);
  const open = (target: Address, signatures: readonly string[], role: bigint) =>
    authority.write.setTargetFunctionRole([target, signatures.map((signature) => toFunctionSelector(signature)), role]);
  await open(staking.address, ["slash(address,uint256,uint256,bytes32,address,bool)"], ROLE_IDS.SLASHER);
  await open(await staking.read.holds(), ["hold(address,uint256,uint256,bytes32,uint256)"], ROLE_IDS.SLASHER);
  await open(
    penalties.address,
    ["punishByVerdict(address,uint8,uint256,bytes32,address)", "admitDispute(address,uint8,uint256,bytes32,uint256)"],
    ROLE_IDS.JURY,
  );
  await open(bonds.address, ["post(bytes32,address,uint256)"], ROLE_IDS.COURT);
  await authority.write.grantRole([ROLE_IDS.SLASHER, penalties.address, 0]);
  await authority.write.grantRole([ROLE_IDS.JURY, disputes.address, 0]);
  await authority.write.grantRole([ROLE_IDS.COURT, disputes.address, 0]);
  await token.write.approve([bonds.address, maxUint256]);
  const accounts = (await viem.getWalletClients()).slice(1, 14).map((wallet) => wallet.account.address);
  for (const account of accounts) {
    await operators.write.registerOperator([JUDGE, account, 500], { account });
    await token.write.transfer([account, MINIMUM]);
    await token.write.approve([staking.address, MINIMUM], { account });
    await staking.write.stake([account, MINIMUM], { account });
  }
  const [accused, ...judges] = accounts;
  if (accused === undefined) throw new Error("The chain lacks accounts");
  return { settlement, pool, disputes, accused, judges };
}

async function measure(meter: GasMeter): Promise<Record<string, number>> {
  const { viem, networkHelpers } = meter.connection;
  const { settlement, pool, disputes, accused, judges } = await prepare(meter);
  const [wallet] = await viem.getWalletClients();
  const [judge, ...others] = judges;
  if (wallet === undefined || judge === undefined) throw new Error("The chain lacks accounts");
  const client = await viem.getPublicClient();
  const now = async () => (await client.getBlock()).timestamp;
  const metrics: Record<string, number> = {};
  const record = async (name: string, transaction: Promise<Hex>) => {
    metrics[`gas.settlement.jury.${name}`] = await meter.gasOf(transaction);
  };

  await record("weigh", pool.write.refresh([[judge]]));
  await networkHelpers.time.increase(DAY);
  await pool.write.refresh([[judge]]);

  const receipt = receiptOf(accused, await now());
  await settlement.write.markSettled([accused, receipt.nonce]);
  const id = await settlement.read.hashReceipt([receipt]);
  await record(
    "dispute",
    disputes.write.dispute([receipt, "0x", "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf"]),
  );
  for (let mined = 0; mined <= DRAW_WAIT; mined += 7) await networkHelpers.mine(7);
  await record("draw", disputes.write.draw([id]));
  const { commitFrom, revealFrom, endsAt } = await disputes.read.roundOf([id, 0n]);
  const salt = keccak256(toBytes("salt"));
  const sealed = await disputes.read.computeVote([id, 0n, judge, GUILTY, salt]);
  await networkHelpers.time.increaseTo(commitFrom);
  await record("seal", disputes.write.commitVote([id, judge, sealed], { account: judge }));
  await networkHelpers.time.increaseTo(revealFrom);
  await record("open", disputes.write.revealVote([id, judge, GUILTY, salt]));
  await networkHelpers.time.increaseTo(endsAt);
  await record("convict", disputes.write.resolve([id]));
  await record("collect", disputes.write.collectFee([id, 0n, judge]));

  await pool.write.refresh([others]);
  await networkHelpers.time.increase(DAY);
  await pool.write.refresh([others]);
  for (const seats of [5n, 11n]) {
    const args = [keccak256(toBytes("seed")), await client.getBlockNumber(), seats, accused, meter.sender] as const;
    const data = encodeFunctionData({ abi: pool.abi, functionName: "draw", args });
    const used = await meter.gasOf(wallet.sendTransaction({ to: pool.address, data }));
    metrics[`gas.settlement.jury.pool${seats}`] = callGasOf(used, data);
  }
  return metrics;
}

const bench: Bench = {
  prefix: "gas.settlement.jury",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id] ?? id,
  run: () => onFreshChain(measure),
};

export default bench;
