import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { keccak256, maxUint256, parseEventLogs, type Address, type Hash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { addressOf as systemAddressOf, type Addresses } from "../../scripts/deploy/contracts.ts";
import { readProposal } from "../../scripts/gov/proposals.ts";
import { ROOT } from "../../scripts/lib/tool.ts";
import { circuitModel } from "../../nodes/inference/circuit-model.ts";
import { serveInference } from "../../nodes/inference/server.ts";
import { ONCHAIN_SWAP } from "../../scripts/story/chapters/run-onchain.ts";
import { forwarderOf, swapCall, type Dapp } from "../../scripts/story/chapters/trade.ts";
import { readLedger } from "../../scripts/story/ledger.ts";
import { addressOf, setStage, type Stage } from "../../scripts/story/people.ts";
import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { attendanceAbi } from "../../sdk/src/abi/Attendance.ts";
import { startSession } from "../governance/session.ts";
import { commandsOf } from "../support/markdown.ts";
import { personsEnvironment } from "../support/person.ts";
import { dynamicFeePoolAbi } from "../../sdk/src/abi/DynamicFeePool.ts";
import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { modelHubAbi } from "../../sdk/src/abi/ModelHub.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { paymentHubAbi } from "../../sdk/src/abi/PaymentHub.ts";
import { pipeEngineAbi } from "../../sdk/src/abi/PipeEngine.ts";
import { settlementAbi } from "../../sdk/src/abi/Settlement.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { askNode } from "../../sdk/src/node-client.ts";
import { prepareInferenceCall } from "../../sdk/src/pipe.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";

/** What `npm start -- --json` prints: bigints are decimal strings. */
interface ToldStory {
  readonly chainId: number;
  readonly url: string;
  readonly addresses: Addresses;
  readonly dapp: Dapp;
  readonly releaseId: Hash;
  readonly newestReleaseId: Hash;
  readonly chapters: readonly {
    readonly number: number;
    readonly title: string;
    readonly gas: string;
    readonly transactions: readonly { readonly label: string; readonly hash: Hash; readonly gas: string }[];
    readonly balances: readonly { readonly what: string; readonly before: string; readonly after: string }[];
    readonly checks: readonly { readonly claim: string; readonly holds: boolean }[];
  }[];
  readonly fees: readonly { readonly time: number; readonly fee: number }[];
}

/** What the README lets a voter type on the node that `npm start -- --keep` leaves running, in this order. */
const VOTERS_COMMANDS = [
  "npx hardhat deploy --network local",
  "npx hardhat gov propose-profile nitro-gateway --account 2 --yes --network local",
  "npx hardhat dev time --hours 2 --network local",
  "npx hardhat gov vote latest for --account 2 --yes --network local",
  "npx hardhat dev time --hours 25 --network local",
  "npx hardhat gov queue latest --yes --network local",
  "npx hardhat dev time --hours 2 --network local",
  "npx hardhat gov execute latest --yes --network local",
  "npx hardhat gov status latest --network local",
];

/** Occupies a free port of this machine. */
function occupyPort(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      resolve({ server, port: address.port });
    });
  });
}

/** Runs `npm start` as a person would. */
function npmStart(...flags: readonly string[]): ChildProcess & { output: () => { stdout: string; stderr: string } } {
  const child = spawn("npm", ["start", "--", ...flags], {
    cwd: ROOT,
    env: personsEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a signal reaches npm and everything under it, as Ctrl-C on a terminal does.
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return Object.assign(child, { output: () => output });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
}

describe("npm start", () => {
  let child: ReturnType<typeof npmStart>;
  let closed: Promise<number | null>;
  let story: ToldStory;
  let stage: Stage;

  before(async () => {
    // Of the README: npm start -- --json, and npm start -- --keep --port 8545 with another port.
    // A port that was free a moment ago is good enough on a test machine.
    const { server, port } = await occupyPort();
    await new Promise((resolve) => server.close(resolve));
    child = npmStart("--json", "--keep", "--port", String(port));
    closed = ended(child);
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on("data", () => {
        if (child.output().stderr.includes("A node with all this runs at")) resolve();
      });
      void closed.then((code) => {
        reject(new Error(`npm start ended with ${code}: ${child.output().stderr}`));
      });
    });
    story = JSON.parse(child.output().stdout) as ToldStory;
    assert.equal(story.url, `http://127.0.0.1:${port}`);
    const request = async (args: { method: string; params?: unknown[] }): Promise<unknown> => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, params: [], ...args });
      const response = await fetch(story.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return ((await response.json()) as { result: unknown }).result;
    };
    stage = await setStage(story.url, { request });
  });

  after(async () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await closed;
    await assert.rejects(fetch(story.url), "the node is gone with the command");
  });

  it("tells sixteen chapters whose claims all hold", () => {
    assert.deepEqual(
      story.chapters.map(({ number }) => number),
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
    const checks = story.chapters.flatMap((chapter) => chapter.checks);
    assert.ok(checks.length > 60);
    assert.deepEqual(
      checks.filter(({ holds }) => !holds),
      [],
    );
    for (const { title, checks: own } of story.chapters) assert.ok(own.length > 0, `"${title}" checks nothing`);
  });

  it("names transactions that are on the chain with the gas it says", async () => {
    for (const chapter of story.chapters) {
      let sum = 0n;
      for (const { hash, gas, label } of chapter.transactions) {
        const receipt = await stage.reader.getTransactionReceipt({ hash });
        assert.equal(receipt.status, "success", label);
        assert.equal(receipt.gasUsed, BigInt(gas), label);
        sum += receipt.gasUsed;
      }
      assert.equal(sum, BigInt(chapter.gas), chapter.title);
    }
  });

  it("ends with the balances that the chain has", async () => {
    const ledger = await readLedger(stage, story.addresses);
    const last = new Map(
      story.chapters.flatMap(({ balances }) => balances.map(({ what, after: amount }) => [what, amount])),
    );
    assert.ok(last.size >= 12);
    for (const [what, amount] of last) assert.equal(ledger[what], BigInt(amount), what);
  });

  it("deployed code at every address and left the deployer without a role", async () => {
    for (const address of Object.values(story.addresses)) {
      assert.ok((await stage.reader.getCode({ address }))?.startsWith("0x60"), address);
    }
    const { addresses } = story;
    const [isAdmin] = await stage.reader.readContract({
      address: addresses.AccessManager,
      abi: accessManagerAbi,
      functionName: "hasRole",
      args: [0n, addressOf(stage, "deployer")],
    });
    assert.equal(isAdmin, false);
  });

  it("voted a profile in, which the guardian suspended in the end", async () => {
    const { addresses } = story;
    const view = { publicClient: stage.reader, addresses };
    const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
    const [id] = await stage.reader.readContract({ ...governor, functionName: "proposalDetailsAt", args: [0n] });
    const proposal = await readProposal(view, id);
    assert.equal(proposal.state, "executed");
    assert.ok(proposal.tally.for >= proposal.tally.quorum && proposal.tally.against === 0n);
    const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
    const profileId = await stage.reader.readContract({ ...policy, functionName: "profileIdAt", args: [0n] });
    const [profile, status] = await stage.reader.readContract({
      ...policy,
      functionName: "profileOf",
      args: [profileId],
    });
    assert.equal(profile.name, "TDX + HGX B300");
    assert.equal(status, 2);
  });

  it("counted one heartbeat of two as an hour of the operator's", async () => {
    const { EnclaveRegistry, Attendance } = story.addresses;
    const hours = await stage.reader.readContract({
      address: Attendance,
      abi: attendanceAbi,
      functionName: "hoursSeen",
      args: [EnclaveRegistry, addressOf(stage, "operator"), 0n, maxUint256],
    });
    assert.equal(hours, 1n);
    const beats = await stage.reader.getContractEvents({
      address: EnclaveRegistry,
      abi: enclaveRegistryAbi,
      eventName: "HeartbeatReceived",
      fromBlock: 0n,
    });
    assert.equal(beats.length, 2);
  });

  it("published the model, and the calls paid its publisher", async () => {
    const { addresses, releaseId } = story;
    const hub = { address: addresses.ModelHub, abi: modelHubAbi } as const;
    assert.equal(
      await stage.reader.readContract({ ...hub, functionName: "resolve", args: ["lab/amm-fee@1.00"] }),
      releaseId,
    );
    const { calls, gross } = await stage.reader.readContract({
      address: addresses.PaymentHub,
      abi: paymentHubAbi,
      functionName: "earningsOfRelease",
      args: [releaseId],
    });
    assert.equal(calls, BigInt(story.fees.length));
    // One call with a proof costs 5 OPG, one that the EVM answers 0.5, every other 2.
    assert.equal(gross, 10n ** 17n * (50n + 5n + 20n * BigInt(story.fees.length - 2)));
  });

  it("set the fees that it plots, from answers verified in the swap's own transaction", async () => {
    const swaps = story.chapters.flatMap(({ transactions }) =>
      transactions.filter(({ label }) => label === "swap, model call and payment" || label === ONCHAIN_SWAP),
    );
    const fees: number[] = [];
    for (const { hash } of swaps) {
      const { logs } = await stage.reader.getTransactionReceipt({ hash });
      const [updated] = parseEventLogs({ abi: dynamicFeePoolAbi, logs, eventName: "FeeUpdated" });
      const [consumed] = parseEventLogs({ abi: pipeEngineAbi, logs, eventName: "AnswerConsumed" });
      const [charged] = parseEventLogs({ abi: paymentHubAbi, logs, eventName: "CallCharged" });
      assert.ok(updated && consumed && charged, hash);
      assert.equal(consumed.args.consumer, story.dapp.pool);
      fees.push(Number(updated.args.newFee));
    }
    assert.deepEqual(
      fees,
      story.fees.map(({ fee }) => fee),
    );
    const modes = await Promise.all(
      swaps.map(async ({ hash }) => {
        const { logs } = await stage.reader.getTransactionReceipt({ hash });
        return parseEventLogs({ abi: settlementAbi, logs, eventName: "ReceiptSettled" })[0]?.args.receipt.mode;
      }),
    );
    assert.equal(modes.filter((mode) => mode === 1).length, 1, "one answer came with a proof");
    assert.equal(modes.filter((mode) => mode === undefined).length, 1, "one is the EVM's own");
    assert.equal(modes.filter((mode) => mode === 2).length, swaps.length - 2, "the others with an enclave's signature");
  });

  it("slashed the cheat and his delegator, and nobody else", async () => {
    const operators = { address: systemAddressOf(story.addresses, "Operators"), abi: operatorsAbi } as const;
    const operatorOf = (account: Address) =>
      stage.reader.readContract({ ...operators, functionName: "operatorOf", args: [account] });
    assert.equal((await operatorOf(addressOf(stage, "cheat"))).tombstoned, true);
    assert.equal((await operatorOf(addressOf(stage, "operator"))).tombstoned, false);
    const slash = story.chapters.find(({ title }) => title.startsWith("An operator signs two answers"));
    const changed = slash?.balances.map(({ what, before: from, after: to }) => [what, BigInt(to) - BigInt(from)]);
    assert.deepEqual(changed, [
      ["cheat's stake", -1_500n * 10n ** 18n],
      // 4,000 of 10,000 began to leave on the day of the fault, and lost 5 % all the same.
      ["cheat's delegator's stake", -4_300n * 10n ** 18n],
      ["cheat's delegator's unbonding", 3_800n * 10n ** 18n],
      ["challenger's wallet", 75n * 10n ** 18n],
      ["total supply", -1_925n * 10n ** 18n],
    ]);
    const leaving = story.chapters.find(({ title }) => title.startsWith("Two weeks later"));
    const end = leaving?.balances.find(({ what }) => what === "cheat's delegator's wallet");
    assert.equal(BigInt(end?.after ?? 0n) - BigInt(end?.before ?? 0n), 3_800n * 10n ** 18n, "and the rest is paid");
  });

  it("leaves a system in which a price that cannot be paid is refused with a sentence", async () => {
    const circuit = await buildCircuit("fee");
    const { addresses, newestReleaseId: releaseId, chainId } = story;
    const server = await serveInference({
      node: {
        chainId,
        settlement: addresses.Settlement,
        engines: [addresses.PipeEngine],
        operator: addressOf(stage, "operator"),
        // Answers with a proof need no enclave.
        enclave: privateKeyToAccount(keccak256("0x01")),
        models: [circuitModel({ releaseId, circuit })],
        now: async () => (await stage.reader.getBlock()).timestamp,
        lifetime: 600n,
      },
    });
    const attempt = async (payer: Address, maxPrice: bigint) =>
      prepareInferenceCall({
        client: stage.reader,
        account: payer,
        forwarder: await forwarderOf(stage, addresses),
        call: swapCall(story.dapp, InferenceMode.ZK),
        answer: (query) => askNode({ url: server.url, chainId, payer, query, maxPrice }),
      });
    try {
      const five = 5n * 10n ** 18n;
      await assert.rejects(
        attempt(addressOf(stage, "delegator"), five),
        /may take 0 tokens of the payer but needs 5 tokens: approve it, or deposit credit/,
      );
      await assert.rejects(
        attempt(addressOf(stage, "trader"), five - 1n),
        /the call costs 5 tokens, more than the 4\.9+ tokens agreed to: raise maxPrice/,
      );
      // Simulations leave nothing behind, and the trader, who can pay, is served.
      const { answers } = await attempt(addressOf(stage, "trader"), five);
      assert.equal(answers.length, 1);
    } finally {
      await server.close();
    }
  });

  it("lets a voter do what the README says", async () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    assert.ok(readme.includes(VOTERS_COMMANDS.join("\n")), "the README has these commands in this order");
    const env = { ...personsEnvironment(), OPG_LOCAL_RPC_URL: story.url };
    let output = "";
    for (const command of VOTERS_COMMANDS) {
      const step = spawn(command, { cwd: ROOT, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
      output = "";
      step.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
      step.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
      assert.equal(await ended(step), 0, `${command}\n${output}`);
    }
    assert.match(output, /Nitro gateway[\s\S]*It was executed/);
  });

  it("lets every reader do what his quickstart says", async () => {
    const session = await startSession("local", { OPG_LOCAL_RPC_URL: story.url });
    try {
      const pages = ["docs/quickstart.md", ...globSync("docs/quickstart/*.md", { cwd: ROOT }).sort()];
      let typed = 0;
      for (const line of pages.flatMap((page) => commandsOf(readFileSync(join(ROOT, page), "utf8")))) {
        // The chain of this test, which runs already.
        if (line === "npm start -- --keep --port 8545") continue;
        const [, command = ""] = /^npx hardhat (.*?)(?: --network local)?$/.exec(line) ?? [];
        // Building without the Solidity tests would remove artifacts that other tests are reading.
        const rest = command.startsWith("deploy") ? ["--no-build"] : [];
        const { exitCode, stdout, stderr } = await session.hardhat(...command.split(" "), ...rest);
        assert.equal(exitCode, 0, `${line}\n${stdout}${stderr}`);
        assert.notEqual(stdout, "", line);
        typed++;
      }
      assert(typed > 20, `${typed} commands`);
    } finally {
      await session.stop();
    }
  });

  it("draws the fees", () => {
    assert.ok(existsSync(join(ROOT, "build", "fees.svg")));
  });
});

describe("npm start refuses", () => {
  it("a port that another program has, and leaves that program alone", async () => {
    const { server, port } = await occupyPort();
    try {
      const child = npmStart("--keep", "--port", String(port));
      assert.notEqual(await ended(child), 0);
      assert.match(child.output().stderr, new RegExp(`Port ${port} is taken by another program\\..*--port`));
      assert.equal(child.output().stdout, "");
      assert.ok(server.listening);
    } finally {
      server.close();
    }
  });

  it("a flag that it does not know", async () => {
    const child = npmStart("--kep");
    assert.equal(await ended(child), 2);
    assert.match(child.output().stderr, /Unknown flag --kep/);
  });
});
