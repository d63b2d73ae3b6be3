import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { erc20Abi, getAddress, maxUint256, parseEther, zeroAddress, zeroHash, type Address, type Hex } from "viem";

import { CONTRACT_NAMES } from "../../scripts/deploy/contracts.ts";
import { recordFolder, writeAddresses, type readAddresses } from "../../scripts/deploy/records.ts";
import { phaseOf, phaseWords } from "../../scripts/jury/phases.ts";
import { clientsOfUrl, type Clients } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { startChain, type EmbeddedChain } from "../../scripts/story/chain.ts";
import { answerDisputesAbi } from "../../sdk/src/abi/AnswerDisputes.ts";
import type { Receipt } from "../../sdk/src/receipt.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { toWire } from "../../sdk/src/wire.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { startSession, type Session } from "../governance/session.ts";
import { actor } from "../support/actor.ts";
import { failed, json } from "../support/command-result.ts";

/** The accounts of the node by their numbers. */
const DEPLOYER = 0;
const ACCUSED = 1;
const CHALLENGER = 2;
const STRANGER = 3;
/** Jurors, and after each of them his signing key. */
const JURORS = [4, 6, 8] as const;

const BOND = parseEther("100");
const FEE = parseEther("10");
const INFERENCE = 1;
const JUDGE = 2;
const HOUR = 3_600n;
const EVIDENCE = "https://example.org/evidence.json";

type Addresses = Awaited<ReturnType<typeof readAddresses>>;

/** The contracts of a dispute with an accused operator, a challenger and jurors whose stake was announced. */
interface World extends Clients {
  readonly accounts: readonly Address[];
  readonly addresses: Addresses;
  /** Of a circuit that can prove answers. */
  readonly keyId: Hex;
}

function accountOf({ accounts }: Pick<World, "accounts">, index: number): Address {
  const account = accounts[index];
  assert.ok(account);
  return getAddress(account);
}

async function deployWorld(clients: Clients, accounts: readonly Address[]): Promise<World> {
  const { deploy, call, read } = actor(clients);
  const at = (index: number) => accountOf({ accounts }, index);
  const authority = await deploy("AccessManager", [at(DEPLOYER)]);
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
  const pool = await deploy("JuryPool", [staking]);
  const contracts = { settlement, staking, penalties, verifiers, bonds };
  const disputes = await deploy("AnswerDisputes", [authority, contracts, pool, BOND, FEE]);
  // Who may do everything may also do what these two need.
  for (const account of [disputes, penalties]) await call("AccessManager", authority, "grantRole", [0n, account, 0]);
  const { verifyingKey, keyId } = await buildCircuit("fee");
  await call("VerifierRegistry", verifiers, "registerKey", [verifyingKey, true]);
  const operators = await read<Address>("Staking", staking, "operators");
  for (const index of [ACCUSED, ...JURORS]) {
    const operator = at(index);
    const roles = index === ACCUSED ? INFERENCE : JUDGE;
    await call(
      "Operators",
      operators,
      "registerOperator",
      [roles, at(index === ACCUSED ? 10 : index + 1), 0],
      operator,
    );
    await call("StakingToken__Mock", token, "mint", [operator, parseEther("1000")]);
    await call("StakingToken__Mock", token, "approve", [staking, maxUint256], operator);
    await call("Staking", staking, "stake", [operator, parseEther("1000")], operator);
  }
  await call("StakingToken__Mock", token, "mint", [at(CHALLENGER), parseEther("1000")]);
  const deployed = {
    Staking: staking,
    Penalties: penalties,
    ChallengeBonds: bonds,
    VerifierRegistry: verifiers,
    Settlement: settlement,
    JuryPool: pool,
    AnswerDisputes: disputes,
    OPG: token,
  };
  // What is not asked is somewhere where there is code.
  const others = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, authority]));
  return { ...clients, accounts, addresses: { ...others, ...deployed } as Addresses, keyId };
}

describe("the tools of a jury", () => {
  let chain: EmbeddedChain;
  let session: Session;
  let world: World;
  let folder: string;
  let nonce = 0n;
  const inFolder = (name: string): string => path.join(folder, name);
  const at = (index: number): Address => accountOf(world, index);

  /** `npx hardhat jury …` as an account. */
  const jury = (account: number, ...words: readonly string[]) => {
    const [act = "", ...rest] = words;
    const sends = act === "status" ? [] : ["--yes"];
    const options = ["--records", inFolder("records"), "--account", String(account), ...sends];
    return session.hardhat("jury", act, ...rest, ...options);
  };
  const voted = (account: number, id: Hex, vote: string, ...rest: readonly string[]) =>
    jury(account, "vote", "--dispute", id, "--vote", vote, "--state", inFolder("votes"), ...rest);
  const revealed = (account: number, id: Hex, ...rest: readonly string[]) =>
    jury(account, "reveal", "--dispute", id, "--state", inFolder("votes"), ...rest);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "opg-Jury-"));
    chain = await startChain(undefined);
    const accounts = (await chain.provider.request({ method: "eth_accounts" })) as Address[];
    assert.ok(accounts[0]);
    world = await deployWorld(await clientsOfUrl(chain.url, accounts[0], true), accounts);
    await writeAddresses(recordFolder(inFolder("records"), world.publicClient.chain.id, "local"), world.addresses);
    session = await startSession("local", { OPG_LOCAL_RPC_URL: chain.url });
  });

  after(async () => {
    await session.stop();
    await chain.close();
    await rm(folder, { recursive: true });
  });

  /** Writes what a node answered, and settles it unless told not to. */
  async function answer(name: string, change: Partial<Receipt> = {}, settled = true): Promise<string> {
    const receipt: Receipt = {
      requestId: zeroHash,
      requester: zeroAddress,
      settler: zeroAddress,
      payer: zeroAddress,
      releaseId: zeroHash,
      mode: InferenceMode.TEE,
      operator: at(ACCUSED),
      nonce: (nonce += 1n),
      inputHash: zeroHash,
      outputHash: zeroHash,
      inputCommitment: 0n,
      outputCommitment: 0n,
      keyId: zeroHash,
      enclaveId: zeroHash,
      issuedAt: (await world.publicClient.getBlock()).timestamp,
      deadline: 0n,
      ...change,
    };
    const { call } = actor(world);
    const { Settlement } = world.addresses;
    if (settled) await call("SettledReceipts__Mock", Settlement, "markSettled", [receipt.operator, receipt.nonce]);
    await writeFile(inFolder(name), toWire({ output: {}, receipt, evidence: "0x1234", milliseconds: 1 }));
    return inFolder(name);
  }

  /** Moves the clock to `seconds` after a dispute began. */
  async function moveTo(id: Hex, seconds: bigint): Promise<void> {
    const { publicClient, addresses } = world;
    const read = { address: addresses.AnswerDisputes, abi: answerDisputesAbi, functionName: "disputeOf" } as const;
    const [{ openedAt }, { timestamp }] = await Promise.all([
      publicClient.readContract({ ...read, args: [id] }),
      publicClient.getBlock(),
    ]);
    await passTime(chain.provider, openedAt + seconds - timestamp);
  }

  /** Mines until the block that draws a jury is there. */
  async function mineDrawBlock(): Promise<void> {
    for (let block = 0; block < 31; block += 1) await chain.provider.request({ method: "evm_mine", params: [] });
  }

  async function statusOf(id: Hex): Promise<Record<string, unknown>> {
    return json(await jury(STRANGER, "status", "--dispute", id, "--json"));
  }

  /** The numbers of the accounts that were drawn in a round. */
  async function drawnIn(id: Hex, round: number): Promise<readonly number[]> {
    const { jurors } = (await statusOf(id)) as { jurors: readonly (readonly { juror: Address }[])[] };
    return (jurors[round] ?? []).map(({ juror }) => JURORS.find((index) => at(index) === juror) ?? -1);
  }

  async function balanceOf(account: Address): Promise<bigint> {
    const token = { address: world.addresses.OPG, abi: erc20Abi, functionName: "balanceOf", args: [account] } as const;
    return world.publicClient.readContract(token);
  }

  it("weigh who can be drawn, and show who is out of date", async () => {
    const first = await jury(STRANGER, "status");
    assert.match(first.stdout, /The pool has 0 operators with 0 OPG together\.\nYou speak for no operator/);
    assert.match(
      first.stdout,
      new RegExp(`Out of date.*:\n  ${at(JURORS[0])}, who weighs 0 OPG; it should be 1000 OPG`),
    );
    assert.match(first.stdout, /No dispute is open\./);
    const one = json(await jury(STRANGER, "refresh", "--operators", at(JURORS[0]), "--json"));
    assert.deepEqual(one.operators, [at(JURORS[0])]);
    const dry = json(await jury(STRANGER, "refresh", "--dry-run", "--json"));
    assert.deepEqual([dry.operators, dry.sent], [JURORS.slice(1).map(at), false]);
    json(await jury(STRANGER, "refresh", "--json"));
    assert.match((await jury(JURORS[1], "status")).stdout, /weighs 0 OPG, and 1000 OPG from .* on\.\nEvery registered/);
    failed(await jury(STRANGER, "refresh"), /Everybody is up to date/);
    failed(await jury(STRANGER, "refresh", "--operators", at(JURORS[0])), /All of them are up to date/);
    failed(await jury(STRANGER, "refresh", "--operators", at(STRANGER)), /is no operator/);
    failed(await jury(STRANGER, "refresh", "--operators", "me"), /"me" is not the address of an operator/);
    await passTime(chain.provider, 24n * HOUR);
    assert.deepEqual(json(await jury(STRANGER, "refresh", "--json")).operators, JURORS.map(at));
    // A signing key speaks for its operator.
    const seen = await jury(JURORS[2] + 1, "status");
    assert.match(
      seen.stdout,
      new RegExp(`3 operators with 3000 OPG together\\.\nYou speak for ${at(JURORS[2])}, who weighs 1000`),
    );
  });

  it("refuse receipts that no jury decides about, before anything is sent", async () => {
    const dispute = (file: string, evidence = EVIDENCE) =>
      jury(CHALLENGER, "dispute", "--receipt", file, "--evidence", evidence);
    failed(await jury(CHALLENGER, "dispute"), /--receipt is missing: name a file/);
    failed(
      await dispute(zeroHash),
      /^Error: There is no transaction 0x0{64} on chain \d+: check hash and --network\.$/m,
    );
    failed(await dispute(inFolder("none.json")), /none\.json: not readable as JSON/);
    await writeFile(inFolder("wrong.json"), JSON.stringify({ receipt: { nonce: 1 }, evidence: "0x" }));
    failed(await dispute(inFolder("wrong.json")), /is not what a node answered: receipt\./);
    const good = await answer("checked.json");
    failed(await dispute(good, ""), /Say where the evidence is/);
    failed(await dispute(good, "x".repeat(513)), /has 513 bytes; 512 fit/);
    failed(await dispute(await answer("zk.json", { mode: InferenceMode.ZK })), /not an enclave's/);
    failed(await dispute(await answer("later.json", { issuedAt: 9_999_999_999n })), /The receipt is dated 2286-/);
    failed(await dispute(await answer("unsettled.json", {}, false)), /was never settled/);
    failed(await dispute(await answer("circuit.json", { keyId: world.keyId })), /can be proven.*AnswerChallenges/);
    failed(await dispute(await answer("old.json", { issuedAt: 1n })), /too late: this receipt could be disputed until/);
    failed(await jury(STRANGER, "dispute", "--receipt", good, "--evidence", EVIDENCE), /has 0 OPG; this takes 150 OPG/);
    assert.equal(json(await jury(STRANGER, "status", "--json")).disputes instanceof Array, true);
    assert.equal(await balanceOf(at(CHALLENGER)), parseEther("1000"));
  });

  it("carry a dispute to a guilty verdict, with sealed votes and fees", async () => {
    const file = await answer("answer.json");
    const command = ["dispute", "--receipt", file, "--evidence", EVIDENCE] as const;
    const dry = await jury(CHALLENGER, ...command, "--dry-run");
    assert.match(dry.stdout, /It takes 150 OPG: a bond of 100 OPG, and 5 juror's fees of 10 OPG\./);
    assert.match(dry.stdout, /loses 2\.5 % of the stake behind him; you get .*the bounty/);
    assert.match(dry.stdout, /Dry run: 2 transactions/);
    const opened = json(await jury(CHALLENGER, ...command, "--json"));
    const id = opened.dispute as Hex;
    assert.deepEqual([opened.deposit, (opened.transactions as unknown[]).length], [String(BOND + 5n * FEE), 2]);
    assert.equal(await balanceOf(at(CHALLENGER)), parseEther("850"));
    failed(await jury(CHALLENGER, ...command), new RegExp(`was disputed before.*${id}`));

    // Before the jury.
    assert.match((await jury(STRANGER, "status")).stdout, new RegExp(`${id}.*Arguments until`));
    const status = (await jury(STRANGER, "status", "--dispute", id)).stdout;
    assert.match(status, /Arguments until .* \(in 1 day.*; the jury is drawn by block \d+, 30 more\./);
    assert.match(status, new RegExp(`Evidence: ${EVIDENCE}\n`));
    assert.match(status, /none of 5 yet/);
    failed(await jury(STRANGER, "draw", "--dispute", id), /There is nothing to draw.*30 more/);
    failed(await jury(ACCUSED, "argue", "--dispute", id), /Say where the argument is/);
    json(await jury(ACCUSED, "argue", "--dispute", id, "--uri", "ipfs://my-side", "--json"));
    failed(await voted(JURORS[0], id, "guilty"), /Jury 1 of .* is not drawn/);
    failed(await voted(STRANGER, id, "guilty", "--juror", at(STRANGER)), /is no operator, so it is no juror/);
    failed(await jury(STRANGER, "resolve", "--dispute", id), /The verdict is not final before/);
    failed(await jury(STRANGER, "collect", "--dispute", id), /Nothing is earned before the end/);
    failed(await jury(CHALLENGER, "appeal", "--dispute", id), /The time for appeals begins .* and takes 12 h/);
    await mineDrawBlock();
    assert.match((await jury(STRANGER, "status", "--dispute", id)).stdout, /draw the jury now.*ipfs:\/\/my-side/s);
    json(await jury(STRANGER, "draw", "--dispute", id, "--json"));
    failed(await jury(STRANGER, "draw", "--dispute", id), /There is nothing to draw.*the jury is drawn/);
    const drawn = await drawnIn(id, 0);
    assert.ok(drawn.length > 0 && !drawn.includes(-1));
    const [first = -1, ...others] = drawn;

    // Sealed, and sealed again by the signing key.
    failed(await voted(first, id, "guilty"), /Sealing votes begins .* and takes 18 h/);
    await moveTo(id, 24n * HOUR);
    failed(await voted(first, id, "Guilty"), /"Guilty" is not a vote; say --vote guilty, not-guilty, abstain/);
    failed(await voted(STRANGER, id, "guilty"), /has no seat in jury 1/);
    failed(await voted(STRANGER, id, "guilty", "--juror", at(first)), /neither .* nor his signing key/);
    failed(await revealed(first, id), /has sealed no vote in jury 1/);
    assert.equal((await voted(first, id, "abstain", "--dry-run")).exitCode, 0);
    await assert.rejects(stat(inFolder("votes")), "a dry run keeps nothing");
    await writeFile(inFolder("blocked"), "a file where a folder is needed");
    failed(await voted(first, id, "guilty", "--state", inFolder("blocked")), /could not be kept, so it was not sent/);
    json(await voted(first, id, "not-guilty", "--json"));
    const again = json(await voted(first + 1, id, "guilty", "--json"));
    assert.match((await stat(String(again.file))).mode.toString(8), /600$/);
    assert.match((await stat(path.dirname(String(again.file)))).mode.toString(8), /700$/);
    failed(await voted(first, id, "guilty"), /"guilty" is sealed already/);
    for (const other of others) json(await voted(other, id, "guilty", "--json"));
    failed(await revealed(first, id), /Opening votes begins .* and takes 6 h/);

    // Opened: the file of the vote that counts is there, intact, and this vote's.
    await moveTo(id, 42n * HOUR);
    failed(await voted(first, id, "guilty"), /Sealing votes ended/);
    failed(await revealed(first, id, "--state", inFolder("elsewhere")), /elsewhere.* is not there: without it/);
    const kept = await readFile(String(again.file), "utf8");
    await writeFile(String(again.file), "{}");
    failed(await revealed(first, id), /is not a sealed vote: chainId/);
    await writeFile(String(again.file), kept.replace('"GUILTY"', '"ABSTAIN"'));
    failed(await revealed(first, id), /does not open the vote 0x[0-9a-f]{64}: it was changed/);
    await rename(String(again.file), inFolder("lost"));
    failed(await revealed(first, id), /is not there: without it the vote cannot be opened/);
    await writeFile(String(again.file), kept);
    failed(await revealed(STRANGER, id), /has no seat/);
    assert.equal(json(await revealed(STRANGER, id, "--juror", at(first), "--json")).vote, "GUILTY");
    failed(await revealed(first, id), /The vote of .* is open: guilty/);
    for (const other of others) json(await revealed(other + 1, id, "--json"));
    failed(await jury(ACCUSED, "argue", "--dispute", id, "--uri", "x"), /The time for arguments ended/);

    // To the end.
    await moveTo(id, 48n * HOUR);
    const appealable = (await jury(STRANGER, "status", "--dispute", id)).stdout;
    assert.match(appealable, /Appeal or veto until .* \(in 1[12] h.*5 of 5 .* guilty .*An appeal takes 220 OPG\./s);
    assert.match(appealable, new RegExp(`  ${at(ACCUSED)}, for 220 OPG: npx hardhat jury appeal`));
    failed(await jury(CHALLENGER, "appeal", "--dispute", id), /The jury said guilty: .* is not who can appeal/);
    failed(await jury(ACCUSED, "appeal", "--dispute", id), /has 0 OPG; this takes 220 OPG/);
    await moveTo(id, 60n * HOUR);
    failed(await jury(ACCUSED, "appeal", "--dispute", id), /The time for appeals ended/);
    const resolved = await jury(STRANGER, "resolve", "--dispute", id);
    assert.match(resolved.stdout, /Guilty: 0x\w+ is punished.*\nJuries may take 200 OPG now, 200 OPG a day/);
    assert.equal((await statusOf(id)).state, "guilty");
    failed(await jury(STRANGER, "resolve", "--dispute", id), /has ended: guilty/);
    failed(await jury(STRANGER, "collect", "--dispute", id), /There is nothing to collect/);
    const collected = json(await jury(CHALLENGER, "collect", "--dispute", id, "--json"));
    assert.deepEqual([collected.fees, collected.amount], ["0", String(BOND)]);
    for (const juror of drawn) json(await jury(STRANGER, "collect", "--dispute", id, "--juror", at(juror), "--json"));
    const paid = await Promise.all(drawn.map((juror) => balanceOf(at(juror))));
    assert.equal(
      paid.reduce((sum, amount) => sum + amount, 0n),
      5n * FEE,
    );
    assert.equal(await balanceOf(world.addresses.ChallengeBonds), 0n);
  });

  it("carry a dispute through an appeal to an acquittal", async () => {
    const file = await answer("second.json");
    const id = json(await jury(CHALLENGER, "dispute", "--receipt", file, "--evidence", EVIDENCE, "--json"))
      .dispute as Hex;
    // Nobody draws the first jury.
    await moveTo(id, 42n * HOUR);
    failed(
      await jury(STRANGER, "draw", "--dispute", id),
      /There is nothing to draw\. Nothing to open until .*no jury was drawn/,
    );
    await moveTo(id, 48n * HOUR);
    const appealed = json(await jury(CHALLENGER, "appeal", "--dispute", id, "--json"));
    assert.deepEqual([appealed.deposit, (appealed.transactions as unknown[]).length], [String(22n * FEE), 2]);
    failed(await jury(CHALLENGER, "appeal", "--dispute", id), /has appealed already/);
    await mineDrawBlock();
    json(await jury(STRANGER, "draw", "--dispute", id, "--json"));
    const drawn = await drawnIn(id, 1);
    await moveTo(id, 60n * HOUR);
    for (const juror of drawn) json(await voted(juror, id, "not-guilty", "--json"));
    await moveTo(id, 78n * HOUR);
    for (const juror of drawn) json(await revealed(juror, id, "--json"));
    await moveTo(id, 84n * HOUR);
    assert.match((await jury(STRANGER, "status", "--dispute", id)).stdout, /Veto until .*There is one appeal\./s);
    await moveTo(id, 96n * HOUR);
    assert.match((await jury(STRANGER, "status", "--dispute", id)).stdout, /Can be resolved\.\n.*Jury 2:\n/s);
    const resolved = await jury(STRANGER, "resolve", "--dispute", id);
    assert.match(resolved.stdout, /Not guilty: the bond goes to the payee/);
    // The bond, and the half of the appeal that is no fees.
    const won = json(await jury(ACCUSED, "collect", "--dispute", id, "--json"));
    assert.deepEqual([won.fees, won.amount], ["0", String(BOND + 11n * FEE)]);
    // The fees of a first jury that nobody drew.
    assert.equal(json(await jury(CHALLENGER, "collect", "--dispute", id, "--json")).amount, String(5n * FEE));
    for (const juror of drawn) json(await jury(juror, "collect", "--dispute", id, "--json"));
    assert.equal(await balanceOf(world.addresses.ChallengeBonds), 0n);
    assert.equal((await readdir(inFolder("votes"))).length, 1);
  });

  it("show what the guardian ended, and give everything back", async () => {
    const file = await answer("third.json");
    const id = json(await jury(CHALLENGER, "dispute", "--receipt", file, "--evidence", "\u001b[2J", "--json"))
      .dispute as Hex;
    const shown = (await jury(STRANGER, "status", "--dispute", id)).stdout;
    assert.match(shown, new RegExp(`Evidence: \\\\u\\{1b\\}\\[2J\n.*guardian act AnswerDisputes\\.veto ${id}`, "s"));
    await actor(world).call("AnswerDisputes", world.addresses.AnswerDisputes, "veto", [id]);
    const ended = (await jury(STRANGER, "status", "--dispute", id)).stdout;
    assert.match(ended, /Ended: vetoed, the guardian ended it\./);
    assert.match((await jury(STRANGER, "status")).stdout, /No dispute is open/);
    failed(await jury(CHALLENGER, "argue", "--dispute", id, "--uri", "x"), /has ended: vetoed/);
    failed(await jury(STRANGER, "draw", "--dispute", id), /has ended: vetoed/);
    failed(await voted(JURORS[0], id, "guilty"), /has ended: vetoed/);
    assert.equal(json(await jury(CHALLENGER, "collect", "--dispute", id, "--json")).amount, String(BOND + 5n * FEE));
  });

  it("name what is wrong with a dispute's id", async () => {
    const unknown = `0x${"12".repeat(32)}`;
    for (const act of ["status", "draw", "resolve", "collect", "appeal", "reveal"]) {
      failed(await jury(JURORS[0], act, "--dispute", unknown), /There is no dispute 0x1212/);
      failed(await jury(JURORS[0], act, "--dispute", "0x12"), /"0x12" is not the id of a dispute/);
    }
    failed(await jury(JURORS[0], "draw"), /Say which dispute: --dispute <id>/);
    failed(await jury(JURORS[0], "collect", "--dispute", unknown, "--juror", "x"), /"x" is not the address of a juror/);
    failed(await voted(JURORS[0], zeroHash, "guilty"), /There is no dispute/);
    await mkdir(inFolder("empty"));
    failed(await session.hardhat("jury", "status", "--records", inFolder("empty")), /Nothing is deployed/);
  });
});

describe("the phases of a dispute in words", () => {
  const round = { commitFrom: 100n, revealFrom: 200n, appealFrom: 300n, endsAt: 400n, planned: 5n, seats: 5n };
  const tally = { guilty: 3n, notGuilty: 2n, abstained: 0n, verdict: "guilty" } as const;
  const parties = { challenger: zeroAddress, operator: zeroAddress, appellant: null } as const;
  const times = { issuedAt: 0n, openedAt: 0n, resolveBy: 500n, round: 0n, drawBlock: 30n } as const;
  const dispute = {
    id: zeroHash,
    state: "open",
    drawn: true,
    rounds: [{ ...round, ...tally }],
    ...parties,
    ...times,
  } as const;
  const words = (now: bigint, block: bigint, drawn = true) => phaseWords({ ...dispute, drawn }, { now, block });

  it("change in the second in which the contract's windows do", () => {
    const names = [99n, 100n, 199n, 200n, 299n, 300n, 399n, 400n].map(
      (now) => phaseOf(dispute, { now, block: 0n }).name,
    );
    const pairs = ["sealing", "opening", "appeal"].flatMap((name) => [name, name]);
    assert.deepEqual(names, ["arguments", ...pairs, "due"]);
    assert.equal(phaseOf({ ...dispute, round: 1n }, { now: 399n, block: 0n }).name, "veto");
    assert.equal(phaseOf({ ...dispute, state: "expired" }, { now: 0n, block: 0n }).name, "ended");
  });

  it("say when a jury can be drawn, and when its block is forgotten", () => {
    assert.match(words(99n, 29n, false), /drawn by block 30, 1 more/);
    assert.match(words(99n, 30n, false), /draw the jury now/);
    assert.match(words(199n, 8_220n, false), /draw the jury now/);
    assert.match(words(199n, 8_221n, false), /the chain knows block 30 no more/);
    assert.match(words(200n, 8_221n, false), /Nothing to open.*no jury was drawn in time/);
  });

  it("say until when a punishment is carried out", () => {
    assert.match(words(500n, 0n), /Can be resolved; the punishment until/);
    assert.match(words(501n, 0n), /too late for the punishment/);
  });
});
