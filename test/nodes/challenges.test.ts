import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import { keccak256, maxUint256, parseEther, toHex, zeroAddress, zeroHash, type Address, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { readMemory } from "../../nodes/challenges/memory.ts";
import { remoteProver } from "../../nodes/challenges/remote-prover.ts";
import { respondForever, respondOnce, type Responder } from "../../nodes/challenges/responder.ts";
import { openProvingPool } from "../../nodes/proving/proving-pool.ts";
import { serveProving } from "../../nodes/proving/server.ts";
import { readFlags } from "../../scripts/challenges/flags.ts";
import { clientsOfUrl, type Clients } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { startChain, type EmbeddedChain } from "../../scripts/story/chain.ts";
import { answerChallengesAbi } from "../../sdk/src/abi/AnswerChallenges.ts";
import { challengeBondsAbi } from "../../sdk/src/abi/ChallengeBonds.ts";
import type { Receipt } from "../../sdk/src/receipt.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { buildCircuit, type BuiltCircuit } from "../../zkml/circuit/build.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { evaluateModel } from "../../zkml/model/circuit-model.ts";
import { actor } from "../support/actor.ts";

const FEATURES = [600n, 500n, 550n, 480n, 500n, 620n, 1500n, 200n];
const BOND = parseEther("25");
const KEY = keccak256("0x05");
const NOBODY_LISTENS = "http://127.0.0.1:9";
const OPEN = 1;
const ANSWERED = 2;

/** Contracts with an operator and a challenger, on a node with a JSON-RPC server. */
interface World extends Clients {
  readonly challenges: Address;
  readonly bonds: Address;
  readonly settlement: Address;
  readonly operator: Address;
  readonly challenger: Address;
}

async function deployWorld(clients: Clients, accounts: readonly Address[], circuit: BuiltCircuit): Promise<World> {
  const [deployer, operator, challenger] = accounts;
  assert.ok(deployer && operator && challenger);
  const { deploy, call, read } = actor(clients);
  const authority = await deploy("AccessManager", [deployer]);
  const token = await deploy("StakingToken__Mock", []);
  const config = {
    minDelegation: 10n ** 12n,
    maxDelegationRatio: 0n,
    unbondingPeriod: 14n,
    windows: { evidence: 7 * 86_400, response: 86_400, appeal: 3 * 86_400, slack: 2 * 86_400 },
    bountyBps: 1_000n,
    tokenBurnable: true,
    voteInterval: 1n,
  };
  const minimums = { minSelfStake: parseEther("1"), maxCommissionBps: 10_000 };
  const staking = await deploy("Staking", [authority, token, config, minimums]);
  const penalties = await deploy("Penalties", [authority, staking]);
  const bonds = await deploy("ChallengeBonds", [authority, token]);
  const verifiers = await deploy("VerifierRegistry", [zeroAddress, true, []]);
  const settlement = await deploy("SettledReceipts__Mock", []);
  const challenges = await deploy("AnswerChallenges", [{ settlement, staking, penalties, verifiers, bonds }, BOND]);
  // Who may do everything may also do what these two need.
  for (const account of [challenges, penalties]) await call("AccessManager", authority, "grantRole", [0n, account, 0]);
  await call("VerifierRegistry", verifiers, "registerKey", [circuit.verifyingKey, true]);
  await call("Operators", await read("Staking", staking, "operators"), "registerOperator", [1, deployer, 0], operator);
  for (const [account, spender] of [
    [operator, staking],
    [challenger, bonds],
  ] as const) {
    await call("StakingToken__Mock", token, "mint", [account, parseEther("1000")]);
    await call("StakingToken__Mock", token, "approve", [spender, maxUint256], account);
  }
  await call("Staking", staking, "stake", [operator, parseEther("1000")], operator);
  return { ...clients, challenges, bonds, settlement, operator, challenger };
}

describe("a node that answers challenges", () => {
  let chain: EmbeddedChain;
  let world: World;
  let circuit: BuiltCircuit;
  let folder: string;
  let prover: Awaited<ReturnType<typeof serveProving>>;
  const pool = openProvingPool();
  const lines: string[] = [];
  let nonce = 0n;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "opg-challenges-"));
    circuit = await buildCircuit("fee");
    prover = await serveProving({ pool });
    chain = await startChain(undefined);
    const accounts = (await chain.provider.request({ method: "eth_accounts" })) as Address[];
    assert.ok(accounts[0]);
    const clients = await clientsOfUrl(chain.url, accounts[0], true);
    world = await deployWorld(clients, accounts, circuit);
    const hash = await clients.walletClient.sendTransaction({
      to: privateKeyToAccount(KEY).address,
      value: parseEther("1"),
    });
    await clients.publicClient.waitForTransactionReceipt({ hash });
  });

  after(async () => {
    await prover.close();
    await pool.close();
    await chain.close();
    await rm(folder, { recursive: true });
  });

  /** Settles an answer and challenges it. */
  async function challenge(change: Partial<Receipt> = {}): Promise<Hex> {
    const { publicClient, settlement, challenges, operator, challenger } = world;
    const { model } = circuit;
    const receipt: Receipt = {
      requestId: zeroHash,
      requester: zeroAddress,
      settler: zeroAddress,
      payer: zeroAddress,
      releaseId: zeroHash,
      mode: InferenceMode.TEE,
      operator,
      nonce: (nonce += 1n),
      inputHash: zeroHash,
      outputHash: zeroHash,
      inputCommitment: packIntegers(FEATURES, model.layout.inputBits),
      outputCommitment: packIntegers(evaluateModel(model, FEATURES), model.layout.outputBits),
      keyId: circuit.keyId,
      enclaveId: zeroHash,
      issuedAt: (await publicClient.getBlock()).timestamp,
      deadline: 0n,
      ...change,
    };
    const { call } = actor(world);
    await call("SettledReceipts__Mock", settlement, "markSettled", [receipt.operator, receipt.nonce]);
    await call("AnswerChallenges", challenges, "challenge", [receipt, "0x"], challenger);
    const { abi } = await hre.artifacts.readArtifact("SettledReceipts__Mock");
    const args = [receipt] as const;
    return await publicClient.readContract({ address: settlement, abi, functionName: "hashReceipt", args });
  }

  async function stateOf(id: Hex): Promise<number> {
    const contract = { address: world.challenges, abi: answerChallengesAbi } as const;
    const found = await world.publicClient.readContract({ ...contract, functionName: "challengeOf", args: [id] });
    return found.state;
  }

  /** The node with its memory in `file`, as after a start. */
  async function start(file: string, url = prover.url): Promise<{ responder: Responder; look: () => Promise<number> }> {
    lines.length = 0;
    const { publicClient, challenges, operator, settlement } = world;
    const clients = await clientsOfUrl(chain.url, privateKeyToAccount(KEY), true);
    const responder: Responder = {
      ...clients,
      settlement,
      circuits: new Map([[circuit.keyId, "fee"]]),
      prove: remoteProver(url, 60_000),
      file: path.join(folder, file),
      log: (line) => void lines.push(line),
      hopeless: new Set(),
    };
    let memory = await readMemory(responder.file, { chainId: publicClient.chain.id, challenges, operator }, 0n);
    const look = async () => (memory = await respondOnce(responder, memory)).open.length;
    return { responder, look };
  }

  function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const env = { ...process.env, RESPONDER_PRIVATE_KEY: KEY };
    const child = spawn(process.execPath, ["scripts/answer-challenges.ts", ...args], { env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => void (output += text));
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, output }));
    });
  }

  it("answers from the command line, and the bond is the operator's", async () => {
    const id = await challenge();
    const words = ["--rpc", chain.url, "--challenges", world.challenges, "--operator", world.operator];
    const memory = ["--prover", prover.url, "--memory", path.join(folder, "command.json")];
    const { code, output } = await run([...words, ...memory, "--once"]);
    assert.equal(code, 0, output);
    assert.match(output, new RegExp(`${id} was challenged by .*\\n.*${id} is answered, by transaction 0x`));
    assert.equal(await stateOf(id), ANSWERED);
    const contract = { address: world.bonds, abi: challengeBondsAbi } as const;
    const args = [world.operator] as const;
    assert.equal(await world.publicClient.readContract({ ...contract, functionName: "creditOf", args }), BOND);
  });

  it("keeps what it could not prove, over a restart, and answers it then", async () => {
    const id = await challenge();
    const first = await start("kept.json", NOBODY_LISTENS);
    assert.equal(await first.look(), 1);
    assert.match(
      lines.at(-1) ?? "",
      /could not be answered yet: the prover at http:\/\/127.0.0.1:9\/? does not answer/,
    );
    assert.equal(await stateOf(id), OPEN);
    const second = await start("kept.json");
    assert.equal(await second.look(), 0);
    assert.equal(await stateOf(id), ANSWERED);
    assert.match(lines.join("\n"), new RegExp(`^${id} is answered`));
    const third = await start("kept.json");
    assert.equal(await third.look(), 0);
    assert.deepEqual(lines, [], "what has ended is forgotten");
  });

  it("answers the others when one cannot be proven, and tries that once", async () => {
    const model = packIntegers(evaluateModel(circuit.model, FEATURES), circuit.model.layout.outputBits);
    const wrong = await challenge({ outputCommitment: model + 1n });
    const unknown = await challenge({ keyId: circuit.keyId, inputCommitment: 1n << 200n });
    const right = await challenge();
    const node = await start("mixed.json");
    assert.equal(await node.look(), 2);
    assert.deepEqual([await stateOf(wrong), await stateOf(unknown), await stateOf(right)], [OPEN, OPEN, ANSWERED]);
    assert.match(lines.join("\n"), /the model's answer is \d+, the enclave signed \d+: nothing can prove that/);
    assert.match(lines.join("\n"), /does not hold 8 values of 12 bits/);
    const before = lines.length;
    assert.equal(await node.look(), 2);
    assert.equal(lines.slice(before).filter((line) => line.startsWith(wrong)).length, 0);
  });

  it("answers while it runs, and leaves others' challenges alone", async () => {
    const stop = new AbortController();
    const { responder } = await start("running.json");
    const { publicClient, challenges, operator } = world;
    const owner = { chainId: publicClient.chain.id, challenges, operator };
    const memory = await readMemory(responder.file, owner, await publicClient.getBlockNumber());
    const running = respondForever({ ...responder }, memory, { seconds: 0.2, signal: stop.signal });
    const id = await challenge();
    for (let i = 0; i < 100 && (await stateOf(id)) === OPEN; i += 1) await new Promise((next) => setTimeout(next, 200));
    stop.abort();
    await running;
    assert.equal(await stateOf(id), ANSWERED);
    const stranger = await start("stranger.json");
    const other = { ...owner, operator: world.challenger };
    const seen = await respondOnce(stranger.responder, await readMemory(stranger.responder.file, other, 0n));
    assert.deepEqual([seen.open, lines], [[], []]);
  });

  it("goes on when the chain does not answer", async () => {
    const stop = new AbortController();
    const { responder } = await start("deaf.json");
    const deaf = await clientsOfUrl(chain.url, privateKeyToAccount(KEY), true);
    let looks = 0;
    const getBlockNumber = (): Promise<bigint> => {
      if ((looks += 1) === 3) stop.abort();
      return Promise.reject(new Error("no answer"));
    };
    const publicClient = { ...deaf.publicClient, getBlockNumber };
    const { challenges, operator } = world;
    const memory = await readMemory(responder.file, { chainId: 1, challenges, operator }, 0n);
    await respondForever({ ...responder, publicClient }, memory, { seconds: 0.01, signal: stop.signal });
    assert.equal(lines.filter((line) => line.startsWith("The chain could not be read: no answer.")).length, 3);
  });

  it("says loudly when the time is over", async () => {
    const id = await challenge();
    const node = await start("late.json", NOBODY_LISTENS);
    await node.look();
    await passTime(chain.provider, 86_401n);
    assert.equal(await node.look(), 0);
    assert.match(lines.join("\n"), new RegExp(`${id} was NOT ANSWERED in time`));
  });

  it("refuses wrong flags and keys with a sentence", () => {
    const where = ["--challenges", world.challenges, "--operator", world.operator];
    const cases: [readonly string[], RegExp, string?][] = [
      [["--nonsense"], /Unknown flags: --rpc, --challenges/],
      [["--challenges", "0x1"], /--challenges is "0x1": give an address/],
      [where.slice(0, 2), /--operator is "": give an address/],
      [[...where, "--from-block", "-1"], /Unknown flags|--from-block/],
      [[...where, "--seconds", "0"], /--seconds is "0": give a whole number from 1 on/],
      [[...where, "--circuit", "fee"], /give the key's id, "=" and the circuit's name/],
      [[...where, "--circuit", `${toHex(1, { size: 32 })}=none`], /There is no circuit "none"/],
      [where, /Put the private key .* into RESPONDER_PRIVATE_KEY/, "0x12"],
      [where, /RESPONDER_PRIVATE_KEY/, toHex(0, { size: 32 })],
      [where, /RESPONDER_PRIVATE_KEY/, ""],
    ];
    for (const [args, message, key = KEY] of cases) {
      assert.throws(() => readFlags(args, { RESPONDER_PRIVATE_KEY: key }), message);
    }
    const key = toHex(7, { size: 32 });
    const { circuits } = readFlags([...where, "--circuit", `${key}=digits`], { RESPONDER_PRIVATE_KEY: KEY });
    assert.deepEqual([circuits.get(key), circuits.get(circuit.keyId)], ["digits", "fee"]);
  });

  it("begins with a contract and its own memory only", async () => {
    const { challenges, operator, publicClient } = world;
    const chainId = publicClient.chain.id;
    const file = path.join(folder, "wrong.json");
    await writeFile(file, "{}");
    await assert.rejects(readMemory(file, { chainId, challenges, operator }, 0n), /is not the memory of this node/);
    assert.equal(await readFile(file, "utf8"), "{}", "left as it was");
    const kept = path.join(folder, "kept.json");
    for (const change of [{ chainId: 1 }, { challenges: zeroAddress }, { operator: world.challenger }]) {
      const owner = { chainId, challenges, operator, ...change };
      await assert.rejects(readMemory(kept, owner, 0n), { name: "ResponderError", message: /name another file/ });
    }
    const { code, output } = await run(["--rpc", chain.url, "--challenges", zeroAddress, "--operator", operator]);
    assert.match(output, /There is no contract at 0x0{40}/);
    assert.equal(code, 1);
  });
});
