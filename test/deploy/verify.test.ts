import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { encodeFunctionData, toFunctionSelector, type Address, type Hex } from "viem";

import { addressOf, type Addresses } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { NETWORK_CONTRACT_NAMES, NETWORK_CONTRACTS } from "../../scripts/deploy/network-contracts.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { planDeployment } from "../../scripts/deploy/plan.ts";
import { ROLE_IDS } from "../../scripts/deploy/roles.ts";
import { deploymentStatus } from "../../scripts/deploy/status.ts";
import { verifyContracts } from "../../scripts/deploy/verify/contracts.ts";
import type { Finding } from "../../scripts/deploy/verify/finding.ts";
import { verifyDeployment } from "../../scripts/deploy/verify/verify-deployment.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { hostingBondsAbi } from "../../sdk/src/abi/HostingBonds.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import { artifacts, impersonate, parameters as local, startChain, type TestChain } from "../governance/chain.ts";
import { plantNetworkContracts } from "./network.ts";

const parameters: Parameters = { ...local, networkContracts: NETWORK_CONTRACT_NAMES };
const deployer = parameters.initialHolder;
const STRANGER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

describe("deploy verify", () => {
  let chain: TestChain;
  let addresses: Addresses;
  let records: string;
  let snapshot: unknown;

  before(async () => {
    records = await mkdtemp(path.join(os.tmpdir(), "opg-verify-"));
    chain = await startChain();
    await plantNetworkContracts(chain.clients);
    addresses = await deployAll({ ...chain.clients, parameters, artifacts, record: records });
    snapshot = await chain.provider.request({ method: "evm_snapshot" });
  });
  after(() => rm(records, { recursive: true }));
  beforeEach(async () => {
    await chain.provider.request({ method: "evm_revert", params: [snapshot] });
    snapshot = await chain.provider.request({ method: "evm_snapshot" });
  });

  function verify(change: Partial<Parameters> = {}): Promise<readonly Finding[]> {
    const wanted = { ...parameters, ...change };
    return verifyDeployment({ reader: chain.clients.publicClient, parameters: wanted, artifacts, deployer, records });
  }
  /** What fails, as `subject: fact`. */
  async function failures(change?: Partial<Parameters>): Promise<readonly string[]> {
    const findings = await verify(change);
    return findings.filter(({ ok }) => !ok).map(({ subject, fact }) => `${subject}: ${fact}`);
  }
  async function sendAs(account: Address, to: Address, data: Hex): Promise<void> {
    await impersonate(chain.provider, account);
    const { publicClient, walletClient } = await chain.clientsFor(account);
    await publicClient.waitForTransactionReceipt({ hash: await walletClient.sendTransaction({ to, data }) });
  }
  const asTimelock = (to: Address, data: Hex): Promise<void> => sendAs(addresses.TimelockController, to, data);

  it("finds everything as it should be after a deployment", async () => {
    const findings = await verify();
    assert.deepEqual(
      findings.filter(({ ok }) => !ok),
      [],
    );
    assert(findings.length > 300, `only ${findings.length} comparisons`);
    for (const group of ["network", "code", "record", "role", "parameter"]) {
      assert(
        findings.some((finding) => finding.group === group),
        group,
      );
    }
  });

  it("finds code that was exchanged", async () => {
    const code = (await chain.clients.publicClient.getCode({ address: addresses.PaymentHub })) ?? "0x";
    const changed = `${code.slice(0, -2)}00`;
    await chain.provider.request({ method: "hardhat_setCode", params: [addresses.PaymentHub, changed] });
    assert.deepEqual(await failures(), ["PaymentHub: runtime code without immutables", "PaymentHub: runtime code"]);
  });

  it("finds an immutable that was exchanged, by the record's hash of the whole code", async () => {
    const code = (await chain.clients.publicClient.getCode({ address: addresses.StakeLens })) ?? "0x";
    const needle = addresses.Staking.slice(2).toLowerCase();
    assert(code.includes(needle));
    const changed = code.replaceAll(needle, STRANGER.slice(2).toLowerCase());
    await chain.provider.request({ method: "hardhat_setCode", params: [addresses.StakeLens, changed] });
    assert.deepEqual(await failures(), ["StakeLens: runtime code"]);
  });

  it("finds a holder too many", async () => {
    const data = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "grantRole",
      args: [ROLE_IDS.SLASHER, STRANGER, 0],
    });
    await asTimelock(addresses.AccessManager, data);
    assert.deepEqual(await failures(), ["SLASHER: held by Penalties alone"]);
  });

  it("finds a holder who must wait, and one who is missing", async () => {
    const { AccessManager: manager, Penalties: penalties } = addresses;
    const delayed = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "grantRole",
      args: [ROLE_IDS.SLASHER, penalties, 60],
    });
    await asTimelock(manager, delayed);
    assert.deepEqual(await failures(), ["SLASHER: held by Penalties alone"]);
    const revoked = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "revokeRole",
      args: [ROLE_IDS.SLASHER, penalties],
    });
    await asTimelock(manager, revoked);
    const [finding] = (await verify()).filter(({ ok }) => !ok);
    assert.deepEqual([finding?.subject, finding?.actual], ["SLASHER", "[]"]);
  });

  it("finds a role outside the table, a function opened beside it, and a contract outside the system", async () => {
    const manager = addresses.AccessManager;
    const grant = encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [99n, STRANGER, 0] });
    const selector = toFunctionSelector("setBond(uint256)");
    const open = (target: Address): Hex =>
      encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "setTargetFunctionRole",
        args: [target, [selector], ROLE_IDS.GUARDIAN],
      });
    await asTimelock(manager, grant);
    await asTimelock(manager, open(addresses.HostingBonds));
    await asTimelock(manager, open(STRANGER));
    assert.deepEqual(await failures(), [
      "AccessManager: roles outside the table",
      "AccessManager: contracts outside the system",
      "HostingBonds.setBond: role that opens it",
    ]);
  });

  it("finds a closed contract and a proposer beside the governor", async () => {
    const close = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "setTargetClosed",
      args: [addressOf(addresses, "Operators"), true],
    });
    await asTimelock(addresses.AccessManager, close);
    const timelock = { abi: timelockControllerAbi, address: addresses.TimelockController } as const;
    const role = await chain.clients.publicClient.readContract({ ...timelock, functionName: "PROPOSER_ROLE" });
    const grant = encodeFunctionData({ abi: timelockControllerAbi, functionName: "grantRole", args: [role, STRANGER] });
    await asTimelock(addresses.TimelockController, grant);
    assert.deepEqual(await failures(), ["Operators: closed by ADMIN", "timelock PROPOSER: holders"]);
  });

  it("finds a deployer who kept a role", async () => {
    const data = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "grantRole",
      args: [ROLE_IDS.GUARDIAN, deployer, 0],
    });
    await asTimelock(addresses.AccessManager, data);
    assert.deepEqual(await failures(), ["GUARDIAN: held by Guardian and TimelockController alone", "deployer: roles"]);
  });

  it("finds a parameter that a vote changed", async () => {
    const data = encodeFunctionData({ abi: hostingBondsAbi, functionName: "setBond", args: [1n] });
    await asTimelock(addresses.HostingBonds, data);
    assert.deepEqual(await failures(), ["HostingBonds: bond"]);
  });

  it("finds exchanged code of others", async () => {
    const { address } = NETWORK_CONTRACTS.Multicall3;
    await chain.provider.request({ method: "hardhat_setCode", params: [address, "0x00"] });
    assert.deepEqual(await failures(), ["Multicall3: code", "Multicall3: code since the deployment"]);
  });

  it("finds every lie of a record", async () => {
    const file = path.join(records, "Emissions.json");
    const text = await readFile(file, "utf8");
    const record = JSON.parse(text) as Record<string, unknown>;
    const plan = await planDeployment(parameters, deployer, artifacts);
    const lies = async (): Promise<readonly string[]> => {
      const findings = await verifyContracts({ reader: chain.clients.publicClient, plan, deployer, records });
      return findings.filter(({ ok }) => !ok).map(({ subject, fact }) => `${subject}: ${fact}`);
    };
    const elsewhere = JSON.parse(await readFile(path.join(records, "StakeLens.json"), "utf8")) as typeof record;
    try {
      for (const [change, expected] of [
        [{ address: STRANGER }, ["Emissions: address"]],
        [{ deployer: STRANGER }, ["Emissions: deployer"]],
        [{ chainId: 8453 }, ["Emissions: chain"]],
        [{ runtimeCodeHash: `0x${"00".repeat(32)}` }, ["Emissions: runtime code"]],
        [{ blockNumber: "1" }, ["Emissions: block"]],
        [{ transactionHash: elsewhere.transactionHash }, ["Emissions: transaction", "Emissions: block"]],
        [{ transactionHash: `0x${"11".repeat(32)}` }, ["Emissions: transaction", "Emissions: block"]],
        [
          { constructorArguments: { ...(record.constructorArguments as object), epochs: "7" } },
          ["Emissions: constructor arguments", "Emissions: address from the recorded arguments"],
        ],
      ] as const) {
        await writeFile(file, JSON.stringify({ ...record, ...change }));
        assert.deepEqual(await lies(), expected, JSON.stringify(change));
      }
      await writeFile(file, "{}");
      await assert.rejects(lies(), /Emissions\.json is not a deployment record: address/);
      await rm(file);
      assert.deepEqual(await lies(), ["Emissions: record"]);
    } finally {
      await writeFile(file, text);
    }
  });

  it("says that another source, parameter or deployer leads to other addresses", async () => {
    await assert.rejects(verify({ timelockDelay: 7n }), (error: unknown) => {
      assert(error instanceof UserError);
      assert.match(error.message, /contracts that these sources, parameters and deployer lead to are not on the chain/);
      return true;
    });
    await assert.rejects(verify({ chainIds: [31337] }), /The node is on chain 84532/);
  });
});

describe("deploy status", () => {
  it("says before, in the middle of and after a deployment what is done", async () => {
    const chain = await startChain();
    const records = path.join(os.tmpdir(), "opg-status-that-is-not-there");
    const reader = chain.clients.publicClient;
    const status = async (): Promise<readonly boolean[]> => {
      const steps = await deploymentStatus({ reader, parameters: local, artifacts, deployer, records });
      return steps.map(({ done }) => done);
    };
    assert((await status()).every((done) => !done));

    const stop = new Error("stop");
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 30) throw stop;
    };
    await assert.rejects(deployAll({ ...chain.clients, parameters: local, artifacts, onStep }), stop);
    const middle = await status();
    // The proxy is a step of its own; the 30 steps come first, in order.
    assert.deepEqual(
      middle,
      middle.map((_, index) => index < 30),
    );

    await deployAll({ ...chain.clients, parameters: local, artifacts });
    assert((await status()).every((done) => done));
  });
});
