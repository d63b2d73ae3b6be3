import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import { isResult } from "hardhat/utils/result";

import type { Addresses } from "../../scripts/deploy/contracts.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { clientsOfUrl, providerOfUrl } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { failed, json } from "../support/command-result.ts";
import { parameters } from "./chain.ts";
import { hardhat, startNode, type TestNode } from "./node.ts";
import { becomeVoter } from "./stake.ts";

// The deployments here take the contracts as the test run compiled them: building without the Solidity tests would
// remove artifacts that other tests are reading.

describe("the tasks against a node in another process", () => {
  let node: TestNode;
  let records: string;
  let addresses: Addresses;
  const gov = (...args: string[]) => node.hardhat("gov", ...args, "--records", records);

  before(async () => {
    records = await mkdtemp(path.join(os.tmpdir(), "opg-deployments-"));
    node = await startNode();
  });
  after(async () => {
    await node.stop();
    await rm(records, { recursive: true });
  });

  it("deploy everything and record it", async () => {
    failed(await gov("list"), /Nothing is deployed: .*addresses\.json is missing/);
    const deploy = ["deploy", "--no-build", "--json", "--records", records, "--network", "local"];
    const deployed = json(await hardhat(deploy, { OPG_LOCAL_RPC_URL: node.url }));
    const recorded = await readFile(path.join(records, "31337-local", "addresses.json"), "utf8");
    assert.deepEqual(JSON.parse(recorded), deployed);
    addresses = deployed as Addresses;

    const again = await node.hardhat("deploy", "--no-build", "--records", records);
    assert.match(again.stdout, /^0 steps sent \(0 gas\), \d+ were there already\.$/m);
    assert.match(again.stdout, /^The deployer 0xf39F\w+ holds no role\.$/m);
  });

  it("say what a stake lacks before they send it", async () => {
    const stake = (...args: string[]) => node.hardhat("stake", ...args, "--records", records);
    const operator = parameters.initialHolder;
    failed(await stake("register", operator, "--roles", "king"), /"king" is not a role; use INFERENCE, JUDGE/);
    failed(await stake("register", operator, "--commission", "5%"), /"5%" is not a commission/);
    failed(await stake("register", "0x12"), /"0x12" is not the address of the signing key/);
    failed(await stake("deposit", operator, "10", "--account", "5"), /has 0 OPG; staking 10 OPG takes more/);
    failed(await stake("deposit", operator, "10"), /The ledger may take 0 OPG\. Allow more first/);
    failed(await stake("unbond", operator, "10"), /has 0 OPG behind .*, not 10 OPG/);
    failed(await stake("claim", operator), /can claim nothing behind .* now: nothing is unbonding/);
    failed(await stake("rewards", operator), /has earned nothing behind/);
    failed(await stake("check-in", operator), /0xf39F\w+ is not an operator/);
    failed(await stake("check-in", "me"), /"me" is not the address of an operator/);
    const planned = await stake("register", operator, "--roles", "inference,judge", "--dry-run");
    assert.match(planned.stdout, /for INFERENCE, JUDGE, with a commission of 5 %[\s\S]*Dry run: it would succeed/);
    assert.match((await stake("show", operator)).stdout, /is not active: 0 OPG of his own/);
  });

  it("take a hardware profile from the proposal to its acceptance", async () => {
    const clients = await clientsOfUrl(node.url, parameters.initialHolder, true);
    const pass = (seconds: bigint): Promise<void> => passTime(providerOfUrl(node.url), seconds);
    await becomeVoter(clients, addresses, "50000");
    json({ ...(await node.hardhat("dev", "time", "--seconds", "10")), stdout: "{}" });
    assert.equal(json(await gov("power", "--json")).votes, "50000000000000000000000");
    assert.match((await gov("power")).stdout, /Its own wallet votes for nobody with 999950000 OPG; .* --wallet$/m);
    const self = parameters.initialHolder;
    failed(await gov("delegate", self, "--yes"), /The votes of .* count for .* already/);
    const planned = await gov("delegate", self, "--wallet", "--dry-run");
    assert.match(planned.stdout, /Let the OPG in the wallet of .*, now 999950000 OPG and what it will hold, vote for/);

    failed(await gov("vote", "latest", "perhaps"), /"perhaps" is not a vote; use against, for, abstain/);
    failed(await gov("propose-profile", "tdx-hgx-b300"), /Nobody is here to confirm.*--yes/);
    const proposed = json(await gov("propose-profile", "tdx-hgx-b300", "--yes", "--json"));
    assert.equal(proposed.sent, true);

    failed(await gov("vote", "latest", "for", "--yes"), /Voting opens after .* UTC \(in 1 h\)/);
    await pass(3_601n);
    const vote = await gov("vote", "latest", "for", "--reason", "sound", "--yes");
    assert.match(
      vote.stdout,
      /Accept the hardware "TDX \+ HGX B300": TDX with TCB UP_TO_DATE or \w+, BLACKWELL HGX B300/,
    );
    assert.match(vote.stdout, /Vote for with 50000 OPG/);
    assert.equal(vote.exitCode, 0, vote.stderr);

    await pass(86_400n);
    json(await gov("queue", "latest", "--yes", "--json"));
    failed(await gov("execute", "latest", "--yes"), /It can be executed from .* UTC \(in 1 h\)/);
    await pass(3_600n);
    json(await gov("execute", "latest", "--yes", "--json"));

    const status = json(await gov("status", "--json"));
    assert.equal(status.state, "executed");
    assert.match((await gov("list")).stdout, /^#0 \d+ executed: # Accept the hardware profile TDX \+ HGX B300/m);
    const { profile } = await readProfile("tdx-hgx-b300");
    const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
    const { publicClient } = clients;
    const id = await publicClient.readContract({ ...policy, functionName: "computeProfileId", args: [profile] });
    const [stored, state] = await publicClient.readContract({ ...policy, functionName: "profileOf", args: [id] });
    assert.deepEqual([stored.name, state], ["TDX + HGX B300", 1]);
  });

  it("check in for an operator, once in an hour, and show his uptime", async () => {
    const stake = (...args: string[]) => node.hardhat("stake", ...args, "--records", records);
    const operator = parameters.initialHolder;
    const { publicClient } = await clientsOfUrl(node.url, operator, true);
    // To the beginning of an hour, so that all that follows is in it.
    const toNextHour = async (): Promise<void> => {
      const { timestamp } = await publicClient.getBlock();
      await passTime(providerOfUrl(node.url), 3_600n - (timestamp % 3_600n));
    };
    await toNextHour();
    failed(await stake("check-in", operator, "--account", "5"), /0x\w+ cannot check in for 0xf39F\w+: use his account/);
    const planned = json(await stake("check-in", operator, "--dry-run", "--json"));
    assert.equal(planned.sent, false);
    assert.match((await stake("check-in", operator, "--yes")).stdout, /says that he is there[\s\S]*Sent in 0x/);
    failed(await stake("check-in", operator, "--yes"), /has checked in for this hour; the next begins at/);
    await toNextHour();
    const { uptime } = json(await stake("show", operator, "--json"));
    const { fullHours, heartbeatHours, checkInHours } = uptime as Readonly<Record<string, string>>;
    assert.deepEqual([heartbeatHours, checkInHours], ["0", "1"]);
    const line = `Uptime: of the last ${fullHours} full hours, 0 with a heartbeat of an accepted enclave, 1 with a check-in.`;
    assert((await stake("show", operator)).stdout.includes(line), line);
  });

  it("explain enclaves, show what is accepted, and take it away as the guardian alone", async () => {
    const tee = (...args: string[]) => node.hardhat("tee", ...args, "--records", records);
    const unknown = `0x${"11".repeat(32)}`;
    const explained = json(await tee("explain", unknown, "--json"));
    assert.deepEqual(explained.rules, [{ rule: "the enclave is registered", holds: false }]);
    failed(await tee("explain", "0x12"), /not the id of an enclave/);
    assert.match((await tee("list")).stdout, /There are no enclaves yet/);

    const release = {
      measurementId: unknown,
      name: "gateway",
      version: "1.0.0",
      sourceCommit: "ab".repeat(20),
      buildHash: unknown,
      uri: "https://example.org",
      roles: ["INFERENCE"],
      profileIds: [json(await tee("policy", "--json")).profiles]
        .flat()
        .map((row) => (row as { profileId: string }).profileId),
      source: "a test",
    };
    const file = path.join(records, "release.json");
    await writeFile(file, JSON.stringify(release));
    const proposed = await tee("propose-release", file, "--dry-run");
    assert.match(proposed.stdout, /Accept the code "gateway" 1\.0\.0 .* for INFERENCE on 1 profile/);
    assert.match(proposed.stdout, /Dry run: it would succeed/);

    const [profileId] = release.profileIds;
    assert(profileId !== undefined);
    failed(await tee("suspend-profile", profileId, "--reason", "flaw", "--yes"), /is not the guardian; 0xbDA5/);
    const guardian = ["--account", "17", "--yes", "--json"];
    json(await tee("deprecate-profile", profileId, "2100-01-01", ...guardian));
    json(await tee("suspend-profile", profileId, "--reason", "flaw", ...guardian));
    json(await tee("revoke-release", unknown, "--reason", "never accept this", ...guardian));
    const shown = await tee("policy");
    assert.match(shown.stdout, /TDX \+ HGX B300, suspended, ends 2100-01-01/);
    assert.match(shown.stdout, /release 0x1111\w+: never accepted, revoked/);
    failed(await tee("propose-release", file, "--dry-run"), /was revoked, and that is for ever/);
  });

  it("show what evidence rests on, and bring it", async () => {
    const document = "test/vectors/tee/nitro/opengradient/attestation_doc.b64";
    const bundle = "test/vectors/tee/intel/dcap-qvl/tdx_quote_collateral.json";
    const tee = (...args: string[]) => node.hardhat("tee", ...args, "--records", records);
    assert.match((await tee("collateral-status", document)).stdout, /^MISSING {2}Certificate 1 of \d/m);
    assert.match((await tee("collateral-status", bundle)).stdout, /^MISSING {2}TCB info of b0c06f000000/m);
    const planned = json(await tee("collateral-upsert", bundle, "--dry-run", "--json"));
    assert.equal((planned.missing as unknown[]).length, 6);
    failed(await tee("collateral-upsert", bundle, "--yes"), /It would fail: .*IntelItem/);
    failed(await tee("collateral-status", "nowhere.json"), /nowhere\.json cannot be read/);
  });
});

describe("the tasks on a chain in their own process", () => {
  it("say that it has no history", async () => {
    const result: unknown = await hre.tasks.getTask(["gov", "list"]).run({});
    assert(isResult(result) && !result.success);
    assert.match(String(result.error), /begins empty with every command\. Name a running one/);
  });
});
