import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeFunctionData, parseEther, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import { baseSepolia } from "../../deployments/parameters/baseSepolia.ts";
import { installDeploymentProxy } from "../../scripts/deploy/create2.ts";
import { NETWORK_CONTRACTS } from "../../scripts/deploy/network-contracts.ts";
import { readAddresses, type ContractRecord } from "../../scripts/deploy/records.ts";
import type { Finding } from "../../scripts/deploy/verify/finding.ts";
import { clientsOfUrl, providerOfUrl } from "../../scripts/lib/clients.ts";
import { hostingBondsAbi } from "../../sdk/src/abi/HostingBonds.ts";
import { artifacts, parameters } from "../governance/chain.ts";
import { hardhat, startNode, type TestNode } from "../governance/node.ts";
import { startSession, type Session } from "../governance/session.ts";
import { failed, json, type CommandResult } from "../support/command-result.ts";
import { plantNetworkContracts } from "./network.ts";

// The deployments here take the contracts as the test run compiled them: building without the Solidity tests would
// remove artifacts that other tests are reading.
describe("the deployment of Base Sepolia, rehearsed on a node with its chain id by configuration alone", () => {
  const KEY = generatePrivateKey();
  const { address: deployer } = privateKeyToAccount(KEY);
  let node: TestNode;
  let records: string;
  let environment: NodeJS.ProcessEnv;
  let session: Session;

  before(async () => {
    records = await mkdtemp(path.join(os.tmpdir(), "opg-deployments-"));
    node = await startNode(84532);
    environment = {
      BASE_SEPOLIA_RPC_URL: node.url,
      DEPLOYER_PRIVATE_KEY: KEY,
      OPG_TREASURY: parameters.treasury,
      OPG_GUARDIAN: parameters.guardian,
    };
    await installDeploymentProxy(await clientsOfUrl(node.url, parameters.initialHolder, true));
    session = await startSession("baseSepolia", environment);
  });
  after(async () => {
    await session.stop();
    await node.stop();
    await rm(records, { recursive: true });
  });
  const request = (method: string, params: unknown[]): Promise<unknown> =>
    providerOfUrl(node.url).request({ method, params });
  const run = (...words: string[]): Promise<CommandResult> =>
    session.hardhat(...words, "--no-build", "--records", records);

  it("asks for who gets what, then for funds, then for what the network must have", async () => {
    const deploy = ["deploy", "--no-build", "--network", "baseSepolia", "--records", records];
    failed(await hardhat(deploy, { ...environment, OPG_TREASURY: "" }), /OPG_TREASURY is not set/);
    failed(await run("deploy"), new RegExp(`The deployer ${deployer} has 0 ETH on chain 84532`));
    await request("hardhat_setBalance", [deployer, "0x56bc75e2d63100000"]);
    failed(await run("deploy"), /Permit2 should be; .*no contract at the token's address 0x240b.*Nothing was sent/);
  });

  it("deploys with the configured key, keeps the network's token, and records everything", async () => {
    const { token } = baseSepolia(environment);
    const { deployedBytecode } = await artifacts.read("contracts/token/OPG.sol", "OPG");
    await request("hardhat_setCode", [token, deployedBytecode]);
    await plantNetworkContracts(await clientsOfUrl(node.url, parameters.initialHolder, true));

    const deployed = json(await run("deploy", "--json"));
    const folder = path.join(records, "84532-baseSepolia");
    assert.deepEqual(JSON.parse(await readFile(path.join(folder, "addresses.json"), "utf8")), deployed);
    assert.equal(deployed.OPG, token);
    const record = JSON.parse(await readFile(path.join(folder, "Staking.json"), "utf8")) as ContractRecord;
    assert.equal(record.deployer, deployer);
    assert(Object.values(record.constructorArguments).includes(deployed.OPG));
    const others = JSON.parse(await readFile(path.join(folder, "network.json"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(others), [...Object.keys(NETWORK_CONTRACTS), "OPG"]);
  });

  it("counts no votes in wallets of a token that has none", async () => {
    const gov = (...words: string[]) => session.hardhat("gov", ...words, "--records", records);
    failed(await gov("delegate", deployer, "--wallet", "--dry-run"), /OPG in wallets has no votes on this network/);
    assert.match(
      (await gov("power")).stdout,
      /has 0 OPG of votes: 0 OPG of the 0 OPG that are staked, 0 OPG of wallets/,
    );
  });

  it("shows that nothing is left to do, and proves it", async () => {
    const status = await run("deploy", "status");
    assert.match(status.stdout, new RegExp(`^(\\d+) of \\1 steps are done for the deployer ${deployer}\\.$`, "m"));
    assert.match(status.stdout, /^Complete\./m);

    const verified = json(await run("deploy", "verify", "--json"));
    assert.equal(verified.ok, true);
    assert((verified.findings as Finding[]).length > 300);
  });

  it("finds a difference, names it, and exits with 1", async () => {
    const { HostingBonds: to, TimelockController: from } = await readAddresses(path.join(records, "84532-baseSepolia"));
    await request("hardhat_impersonateAccount", [from]);
    await request("hardhat_setBalance", [from, toHex(parseEther("1"))]);
    const data = encodeFunctionData({ abi: hostingBondsAbi, functionName: "setBond", args: [1n] });
    await request("eth_sendTransaction", [{ from, to, data }]);
    const result = await run("deploy", "verify");
    failed(result, /1 of \d+ comparisons failed\. What the chain has is not what/);
    assert.match(result.stdout, /FAIL.*parameter.*HostingBonds.*bond/);
    assert.match(result.stdout, /^code: (\d+) of \1 as they should be$/m);
  });

  it("writes what explorers need to verify the sources", async () => {
    const out = path.join(records, "sources");
    const written = json(await run("deploy", "sources", "--out", out, "--json"));
    const requests = written.requests as readonly Record<string, string>[];
    assert.equal((await readdir(out)).length, requests.length + 1);
    const staking = requests.find(({ name }) => name === "Staking");
    assert.equal(staking?.contractIdentifier, "project/contracts/staking/Staking.sol:Staking");
    assert.match(staking.compilerVersion ?? "", /^v0\.8\.34\+commit\.[0-9a-f]{8}$/);
    assert.match(staking.creationTransactionHash ?? "", /^0x[0-9a-f]{64}$/);
  });
});
