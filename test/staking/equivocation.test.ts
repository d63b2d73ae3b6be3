import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { concat, encodeFunctionData, keccak256, maxUint256, numberToHex, parseEther, slice, toBytes } from "viem";
import { zeroAddress, zeroHash, type Address, type Hash, type Hex } from "viem";
import { privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";

import { findFlaw } from "../../scripts/challenges/evidence.ts";
import { CONTRACT_NAMES } from "../../scripts/deploy/contracts.ts";
import { clientsOfUrl, type Clients } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { startChain, type EmbeddedChain } from "../../scripts/story/chain.ts";
import { pipeEngineAbi } from "../../sdk/src/abi/PipeEngine.ts";
import {
  computeEvidenceCommitment,
  computeRequestId,
  receiptTypedData,
  type Receipt,
  type SignedReceipt,
} from "../../sdk/src/receipt.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { toWire } from "../../sdk/src/wire.ts";
import { startSession, type Session } from "../governance/session.ts";
import { actor } from "../support/actor.ts";
import { failed, json, type CommandResult } from "../support/command-result.ts";

const DAY = 86_400;
const STAKE = parseEther("1000");
/** 5 % of the stake, and a tenth of that, all of it being the operator's own. */
const SLASH = String(parseEther("50"));
const BOUNTY = String(parseEther("5"));
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const enclaveOf = (operator: Address): PrivateKeyAccount => privateKeyToAccount(keccak256(operator));

/** Contracts with four operators, on a node with a JSON-RPC server. */
interface World extends Clients {
  readonly settlement: Address;
  readonly staking: Address;
  readonly enclaves: Address;
  readonly operators: readonly [Address, Address, Address, Address];
  /** What takes every transaction to the engine without a word. */
  readonly engine: Address;
}

async function deployWorld(clients: Clients, accounts: readonly Address[]): Promise<World> {
  const [deployer, first, second, third, fourth] = accounts;
  assert.ok(deployer && first && second && third && fourth);
  const operators = [first, second, third, fourth] as const;
  const { deploy, call, read } = actor(clients);
  const authority = await deploy("AccessManager", [deployer]);
  const token = await deploy("StakingToken__Mock", []);
  const config = {
    minDelegation: 10n ** 12n,
    maxDelegationRatio: 0n,
    unbondingPeriod: 14n,
    windows: { evidence: 7 * DAY, response: DAY, appeal: 3 * DAY, slack: 2 * DAY },
    bountyBps: 1_000n,
    tokenBurnable: true,
    voteInterval: 1n,
  };
  const minimums = { minSelfStake: parseEther("1"), maxCommissionBps: 10_000 };
  const staking = await deploy("Staking", [authority, token, config, minimums]);
  const penalties = await deploy("Penalties", [authority, staking]);
  const locks = await deploy("ValueLocks", [authority, staking, 0n]);
  const enclaves = await deploy("EnclaveOwners__Mock", []);
  const lens = await deploy("StakeLens", [staking, penalties, locks, await deploy("Attendance", [staking]), enclaves]);
  const settlement = await deploy("Settlement", [staking, penalties, enclaves, zeroAddress, zeroAddress, locks]);
  // Who may do everything may also do what these two need.
  for (const account of [settlement, penalties]) await call("AccessManager", authority, "grantRole", [0n, account, 0]);
  const registry = await read<Address>("Staking", staking, "operators");
  for (const operator of operators) {
    const signer = enclaveOf(operator).address;
    await call("Operators", registry, "registerOperator", [1, signer, 0], operator);
    await call("EnclaveOwners__Mock", enclaves, "register", [signer, operator]);
    await call("StakingToken__Mock", token, "mint", [operator, STAKE]);
    await call("StakingToken__Mock", token, "approve", [staking, maxUint256], operator);
    await call("Staking", staking, "stake", [operator, STAKE], operator);
  }
  const engine = enclaveOf(deployer).address;
  const system = { Staking: staking, Penalties: penalties, StakeLens: lens, EnclaveRegistry: enclaves };
  await writeRecord({ ...system, PipeEngine: engine }, settlement);
  return { ...clients, settlement, staking, enclaves, operators, engine };
}

let folder: string;

/** A record of a deployment with these contracts; what stands for the others has code and is never called. */
async function writeRecord(addresses: Readonly<Record<string, Address>>, settlement: Address): Promise<void> {
  const others = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, settlement]));
  await mkdir(path.join(folder, "84532-local"));
  await writeFile(path.join(folder, "84532-local/addresses.json"), JSON.stringify({ ...others, ...addresses }));
}

describe("two answers to one request", () => {
  let chain: EmbeddedChain;
  let world: World;
  let session: Session;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "opg-equivocation-"));
    chain = await startChain(undefined);
    const accounts = (await chain.provider.request({ method: "eth_accounts" })) as Address[];
    assert.ok(accounts[0]);
    world = await deployWorld(await clientsOfUrl(chain.url, accounts[0], true), accounts);
    session = await startSession("local", { OPG_LOCAL_RPC_URL: chain.url });
  });

  after(async () => {
    await session.stop();
    await chain.close();
    await rm(folder, { recursive: true });
  });

  const domain = () => ({ chainId: world.publicClient.chain.id, settlement: world.settlement });

  /** What the operator's enclave signed. */
  async function answer(operator: Address, output: string, change: Partial<Receipt> = {}): Promise<SignedReceipt> {
    const { timestamp } = await world.publicClient.getBlock();
    const enclave = enclaveOf(operator);
    const unsigned = {
      requester: zeroAddress,
      settler: zeroAddress,
      payer: zeroAddress,
      releaseId: zeroHash,
      mode: InferenceMode.TEE,
      operator,
      nonce: 7n,
      inputHash: zeroHash,
      outputHash: keccak256(toBytes(output)),
      inputCommitment: 0n,
      outputCommitment: 0n,
      keyId: zeroHash,
      enclaveId: keccak256(enclave.address),
      issuedAt: timestamp,
      deadline: timestamp + 600n,
      ...change,
    };
    const receipt = { requestId: computeRequestId(unsigned), ...unsigned, ...change };
    return { receipt, evidence: await enclave.signTypedData(receiptTypedData({ ...domain(), receipt })) };
  }

  /** Keeps an answer as the node sent it, and names it on the command line. */
  async function keep(option: string, { receipt, evidence }: SignedReceipt): Promise<readonly string[]> {
    const file = path.join(folder, `${receipt.operator}-${option}.json`);
    const output = { numbers: [], strings: [], jsons: [], is_simulation_result: false };
    await writeFile(file, toWire({ output, receipt, evidence, milliseconds: 1 }));
    return [`--${option}`, file];
  }

  const words = async (first: SignedReceipt, second: SignedReceipt): Promise<readonly string[]> => [
    ...(await keep("first", first)),
    ...(await keep("second", second)),
  ];

  const challenge = (...rest: readonly string[]): Promise<CommandResult> =>
    session.hardhat("challenge", ...rest, "--records", folder);

  const committedAt = (challenger: Address, first: SignedReceipt, second: SignedReceipt): Promise<bigint> =>
    actor(world).read("Settlement", world.settlement, "committedAt", [
      computeEvidenceCommitment({ ...domain(), challenger, first, second }),
    ]);

  const sentBy = (address: Address): Promise<number> => world.publicClient.getTransactionCount({ address });
  const sender = (): Address => world.walletClient.account.address;

  /** Waits until the sender has committed to them. */
  async function untilCommitted(first: SignedReceipt, second: SignedReceipt): Promise<void> {
    for (let look = 0; look < 400; look += 1) {
      if ((await committedAt(sender(), first, second)) !== 0n) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error("Nothing was committed to.");
  }

  it("are assessed without sending anything", async () => {
    const [operator] = world.operators;
    const files = await words(await answer(operator, "a"), await answer(operator, "b"));
    const before = await sentBy(sender());
    const assessed = json(await challenge("assess", ...files, "--json"));
    const { contradiction, punished, inReach, slash, bounty } = assessed;
    assert.deepEqual([contradiction, punished, inReach, slash, bounty], [true, false, true, SLASH, BOUNTY]);
    const { stdout } = await challenge("assess", ...files);
    assert.match(
      stdout,
      /signed two different answers to the request 0x[\s\S]*would cost .* 50 OPG; 5 OPG of it go to/,
    );
    const planned = await challenge("equivocation", ...files, "--dry-run");
    assert.match(planned.stdout, /First the commitment 0x\w{64} is sent[\s\S]*the commitment would take about \d+ gas/);
    assert.equal(await sentBy(sender()), before);
  });

  it("slash who signed them, after a commitment, and pay the challenger", async () => {
    const [operator] = world.operators;
    const [first, second] = [await answer(operator, "a"), await answer(operator, "b")];
    const files = await words(first, second);
    failed(await challenge("equivocation", ...files), /Nobody is here to confirm.*--yes/);
    assert.equal(await committedAt(sender(), first, second), 0n);
    const [result] = await Promise.all([
      challenge("equivocation", ...files, "--yes", "--json"),
      untilCommitted(first, second).then(() => passTime(chain.provider, 60n)),
    ]);
    assert.match(result.stderr, /Waiting until the commitment counts/);
    const { slashed, bounty, sent } = json(result);
    assert.deepEqual([slashed, bounty, sent], [SLASH, BOUNTY, true]);

    const before = await sentBy(sender());
    const again = json(await challenge("equivocation", ...files, "--yes", "--json"));
    assert.deepEqual([again.punished, again.sent], [true, false]);
    const third = await words(first, await answer(operator, "c"));
    const other = await challenge("equivocation", ...third, "--yes", "--account", "5");
    assert.match(other.stdout, /It was shown before; there is nothing left to earn/);
    assert.equal(await sentBy(sender()), before);

    assert.equal(json(await challenge("claim", "--yes", "--json")).amount, BOUNTY);
    failed(await challenge("claim", "--yes"), /has no bounty that was not paid/);
  });

  it("go on after an interruption, whoever sent the commitment", async () => {
    const [, operator, , copier] = world.operators;
    const [first, second] = [await answer(operator, "a"), await answer(operator, "b")];
    const commitment = computeEvidenceCommitment({ ...domain(), challenger: sender(), first, second });
    await actor(world).call("Settlement", world.settlement, "commitEvidence", [commitment], copier);
    const files = await words(first, second);
    const planned = await challenge("equivocation", ...files, "--dry-run");
    assert.match(planned.stdout, /Your commitment .* was recorded[\s\S]*can be shown from/);
    const before = await sentBy(sender());
    const [result] = await Promise.all([challenge("equivocation", ...files, "--yes"), passTime(chain.provider, 60n)]);
    assert.equal(result.exitCode, 0, result.stderr);
    // The second operator at fault in a week pays more: what was foretold.
    const [, slash, bounty] = /would cost .* (\S+) OPG; (\S+) OPG of it go to/.exec(result.stdout) ?? [];
    assert.notEqual(slash, "50");
    assert.ok(result.stdout.includes(`Slashed ${slash} OPG; ${bounty} OPG are yours: npx hardhat challenge claim`));
    assert.equal(await sentBy(sender()), before + 1, "the evidence, and no second commitment");
  });

  it("are not sent when somebody else has shown them meanwhile", async () => {
    const [, , operator, rival] = world.operators;
    const [first, second] = [await answer(operator, "a"), await answer(operator, "b")];
    const { call } = actor(world);
    const commitment = computeEvidenceCommitment({ ...domain(), challenger: rival, first, second });
    await call("Settlement", world.settlement, "commitEvidence", [commitment], rival);
    await passTime(chain.provider, 60n);
    const overtake = async (): Promise<void> => {
      await untilCommitted(first, second);
      const args = [first.receipt, first.evidence, second.receipt, second.evidence];
      await call("Settlement", world.settlement, "challengeEquivocation", args, rival);
      await passTime(chain.provider, 60n);
    };
    const files = await words(first, second);
    const [result] = await Promise.all([challenge("equivocation", ...files, "--yes"), overtake()]);
    failed(result, /Somebody else showed this contradiction first; the evidence was not sent/);
  });

  it("are found in the transactions that handed them in", async () => {
    const [, , , operator] = world.operators;
    const output = { numbers: [], strings: [], jsons: [], is_simulation_result: false };
    const handIn = (...answers: readonly SignedReceipt[]): Promise<Hash> => {
      const args = [answers.map((given) => ({ output, ...given, maxPrice: 1n }))] as const;
      const data = encodeFunctionData({ abi: pipeEngineAbi, functionName: "fulfill", args });
      return world.walletClient.sendTransaction({ to: world.engine, data });
    };
    const first = await answer(operator, "a");
    const settled = await handIn(await answer(operator, "c", { nonce: 9n }), first);
    const [, file = ""] = await keep("second", await answer(operator, "b"));
    const assess = (one: string, other: string): Promise<CommandResult> =>
      challenge("assess", "--first", one, "--second", other, "--json");
    const { contradiction, requestId } = json(await assess(settled, file));
    assert.deepEqual([contradiction, requestId], [true, first.receipt.requestId]);
    assert.equal(json(await assess(settled, settled)).flaw, "the receipts have the same output");
    failed(await assess(await handIn(), file), /A transaction that was named hands in no answers/);
    const other = await world.walletClient.sendTransaction({ to: zeroAddress });
    failed(await assess(file, other), /The transaction hands in no model answers/);
    failed(await assess(file, zeroHash), /There is no transaction 0x0+ on chain 84532/);
  });

  it("are refused with the reason when they are no contradiction", async () => {
    const [, , , operator] = world.operators;
    const [stranger] = world.operators;
    const genuine = await answer(operator, "a");
    const other = await answer(operator, "b");
    const edited = (change: Partial<Receipt>): SignedReceipt => ({
      ...other,
      receipt: { ...other.receipt, ...change },
    });
    const signed = (evidence: Hex): SignedReceipt => ({ ...other, evidence });
    const mirrored = concat([
      slice(other.evidence, 0, 32),
      numberToHex(CURVE_ORDER - BigInt(slice(other.evidence, 32, 64)), { size: 32 }),
      slice(other.evidence, 64) === "0x1b" ? "0x1c" : "0x1b",
    ]);
    const cases: readonly (readonly [SignedReceipt, RegExp])[] = [
      [genuine, /the receipts have the same output/],
      [await answer(operator, "b", { nonce: 8n }), /the receipts are for different requests/],
      [await answer(stranger, "b"), /the receipts are by different operators/],
      [edited({ nonce: 8n }), /the request id of the second receipt is not the hash of its own fields/],
      [edited({ deadline: 1n }), /the enclave that the second receipt names did not sign it/],
      [edited({ enclaveId: zeroHash }), /the enclave that the second receipt names did not sign it/],
      [signed(genuine.evidence), /the enclave that the second receipt names did not sign it/],
      [signed(concat([zeroHash, zeroHash, "0x1b"])), /the enclave that the second receipt names did not sign it/],
      [signed(mirrored), /the signature of the second is not in the one form that the chain takes/],
      [signed(concat([slice(other.evidence, 0, 64), "0x00"])), /not in the one form that the chain takes/],
      [signed(`${other.evidence}00`), /the evidence of the second is not the signature of an enclave/],
      [signed(slice(other.evidence, 0, 64)), /which has 65 bytes/],
      [signed("0x"), /which has 65 bytes/],
    ];
    for (const [second, reason] of cases) {
      assert.match((await findFlaw(domain(), { first: genuine, second })) ?? "", reason);
    }
    assert.equal(await findFlaw(domain(), { first: other, second: genuine }), undefined);
    const elsewhere = await findFlaw({ ...domain(), chainId: 1 }, { first: other, second: genuine });
    assert.match(elsewhere ?? "", /the first receipt names did not sign it for 0x\w+ on chain 1$/);

    const files = await words(genuine, genuine);
    const { contradiction, flaw } = json(await challenge("assess", ...files, "--json"));
    assert.deepEqual([contradiction, flaw], [false, "the receipts have the same output"]);
    assert.match(
      (await challenge("assess", ...files)).stdout,
      /^They prove nothing: the receipts have the same output\.$/m,
    );
    failed(await challenge("equivocation", ...files, "--yes"), /The two answers prove nothing: .* the same output\./);
  });

  it("are refused for an enclave that is not the operator's, and for a day out of reach", async () => {
    const [, , , operator] = world.operators;
    const { call } = actor(world);
    const files = await words(await answer(operator, "a"), await answer(operator, "b"));
    const register = (owner: Address) =>
      call("EnclaveOwners__Mock", world.enclaves, "register", [enclaveOf(operator).address, owner]);
    await register(zeroAddress);
    failed(await challenge("equivocation", ...files, "--yes"), /the enclave 0x\w{64} was never registered/);
    await register(sender());
    failed(await challenge("equivocation", ...files, "--yes"), /the enclave 0x\w{64} is not 0x\w+'s but 0x\w+'s/);
    await register(operator);
    const old = await words(
      await answer(operator, "a", { issuedAt: 1n }),
      await answer(operator, "b", { issuedAt: 1n }),
    );
    failed(await challenge("equivocation", ...old, "--yes"), /Nothing was sent: a fault that old is not punished/);
    assert.match(
      (await challenge("assess", ...old)).stdout,
      /It is too old: the stake ledger reaches that day no more/,
    );
  });

  it("are refused as files that hold something else", async () => {
    const [, , , operator] = world.operators;
    const genuine = await answer(operator, "a");
    const [, file = ""] = await keep("first", genuine);
    const second = path.join(folder, "second.json");
    const refused = async (text: string, reason: RegExp): Promise<void> => {
      await writeFile(second, text);
      failed(await challenge("assess", "--first", file, "--second", second), reason);
    };
    failed(await challenge("assess"), /--first is missing: name a file with what a node answered/);
    failed(await challenge("equivocation", "--first", file), /--second is missing/);
    failed(await challenge("assess", "--first", file, "--second", folder), /not readable as JSON/);
    await refused("{", /second\.json: not readable as JSON/);
    await refused("[]", /second\.json is not what a node answered: body /);
    const { receipt } = genuine;
    await refused(toWire({ receipt }), /is not what a node answered: evidence must be 0x-prefixed hex/);
    await refused(
      toWire({ ...genuine, receipt: { ...receipt, issuedAt: "soon" } }),
      /receipt\.issuedAt must be a decimal/,
    );
    await refused(
      toWire({ ...genuine, receipt: { ...receipt, requestId: "0x12" } }),
      /receipt\.requestId must be 32 bytes/,
    );
    await refused(toWire({ ...genuine, receipt: { ...receipt, nonce: -1n } }), /A number is out of range/);
  });
});
