import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeFunctionData, keccak256, parseEther, toBytes, zeroHash, type Address, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import type { ArtifactSource } from "../../scripts/deploy/artifacts.ts";
import type { Addresses } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { clientsOfUrl, providerOfUrl, type Clients } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { signFacts } from "../../scripts/tee/development.ts";
import { signPossession, type Registration } from "../../scripts/tee/registration.ts";
import { devAttestationVerifierAbi } from "../../sdk/src/abi/DevAttestationVerifier.ts";
import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { failed, json, type CommandResult } from "../support/command-result.ts";
import { artifacts, parameters } from "./chain.ts";
import { startNode, type TestNode } from "./node.ts";
import type { Session } from "./session.ts";
import { becomeVoter } from "./stake.ts";

const DAY = 86_400n;
const HOUR = 3_600n;
/** The place of TDX in `TeeKind`, and of UP_TO_DATE in `TcbStatus`. */
const [TDX, UP_TO_DATE] = [2, 1];
/** Accounts of the test mnemonic: the operator and first voter, his delegator, and the guardian's keeper. */
const [OPERATOR, DELEGATOR, KEEPER] = [0, 3, 17];
const DELEGATOR_ADDRESS: Address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const YES = { yes: true, json: true };

/** The verifier that is deployed from other sources than those of today. */
const OUTDATED = "SevSnpVerifier";

/** Today's artifacts but for {@link OUTDATED}, whose hash of the sources at the end of its code is another one. */
const artifactsBefore: ArtifactSource = {
  ...artifacts,
  read: async (source, name) => {
    const artifact = await artifacts.read(source, name);
    if (name !== OUTDATED) return artifact;
    const [, hash] = /64697066735822(1220[0-9a-f]{64})64736f6c63/.exec(artifact.deployedBytecode) ?? [];
    assert.ok(hash !== undefined);
    const touched = (code: Hex): Hex => code.replaceAll(hash, `${hash.slice(0, 4)}${"0".repeat(64)}`) as Hex;
    return { ...artifact, bytecode: touched(artifact.bytecode), deployedBytecode: touched(artifact.deployedBytecode) };
  },
};

describe("the whole cycle by tasks, against a node in another process", () => {
  let node: TestNode;
  let session: Session;
  let records: string;
  let addresses: Addresses;
  let operator: Clients;
  const developmentKey = privateKeyToAccount(generatePrivateKey());
  const enclave = privateKeyToAccount(generatePrivateKey());
  const measurementId = keccak256(toBytes("a node's image"));
  const enclaveId = keccak256(enclave.address);
  let verifier: Address;
  let profileId: Hex;

  const run = (task: string, args: Readonly<Record<string, unknown>> = {}): Promise<CommandResult> =>
    session.run(task, { ...args, records });
  const pass = (seconds: bigint): Promise<void> => passTime(providerOfUrl(node.url), seconds);
  const asKeeper = { ...YES, account: KEEPER };

  before(async () => {
    records = await mkdtemp(path.join(os.tmpdir(), "opg-cycle-"));
    node = await startNode();
    operator = await clientsOfUrl(node.url, parameters.initialHolder, true);
    const record = path.join(records, "31337-local");
    addresses = await deployAll({ ...operator, parameters, artifacts: artifactsBefore, record });
    session = await node.session();
    await becomeVoter(operator, addresses, "20000");
    await delegateStake("50000");
    verifier = await deployVerifier();
    await pass(10n);
  });
  after(async () => {
    await node.stop();
    await rm(records, { recursive: true });
  });

  /** Puts the delegator's OPG behind the operator. */
  async function delegateStake(tokens: string): Promise<void> {
    const assets = parseEther(tokens);
    const delegator = await clientsOfUrl(node.url, DELEGATOR_ADDRESS, true);
    const send = async ({ walletClient, publicClient }: Clients, to: Address, data: Hex): Promise<void> => {
      const hash = await walletClient.sendTransaction({ to, data });
      await publicClient.waitForTransactionReceipt({ hash });
    };
    const { OPG: token, Staking: staking } = addresses;
    const stake = [parameters.initialHolder, assets] as const;
    const give = [DELEGATOR_ADDRESS, assets] as const;
    await send(operator, token, encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: give }));
    const approve = [staking, assets] as const;
    await send(delegator, token, encodeFunctionData({ abi: opgAbi, functionName: "approve", args: approve }));
    await send(delegator, staking, encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: stake }));
  }

  /** The stand-in for hardware, which nobody would make sign for a test; a vote has to admit it. */
  async function deployVerifier(): Promise<Address> {
    const name = "DevAttestationVerifier";
    const { bytecode } = await artifacts.read(`contracts/tee/${name}.sol`, name);
    const args = [TDX, developmentKey.address] as const;
    const hash = await operator.walletClient.deployContract({ abi: devAttestationVerifierAbi, bytecode, args });
    const { contractAddress } = await operator.publicClient.waitForTransactionReceipt({ hash });
    assert(contractAddress !== null && contractAddress !== undefined);
    return contractAddress;
  }

  /** Takes the newest proposal to its execution by the operator's votes, the delegator's part included. */
  async function decide(delay: bigint): Promise<void> {
    await pass(HOUR + 1n);
    json(await run("gov vote", { ...YES, proposal: "latest", choice: "for" }));
    await pass(DAY);
    json(await run("gov queue", { ...YES, proposal: "latest" }));
    await pass(delay);
    json(await run("gov execute", { ...YES, proposal: "latest" }));
  }

  it("says who may do what, and finds it as the tables say", async () => {
    const audit = json(await run("gov roles", { json: true }));
    assert.deepEqual(audit.problems, []);
    assert.match((await run("params list")).stdout, /votingPeriod <period: seconds>.*period 1 day/);
    assert.match((await run("treasury show")).stdout, /has 0 OPG/);
  });

  it("refuses with a sentence what cannot be", async () => {
    failed(await run("treasury pay", { to: DELEGATOR_ADDRESS, amount: "5", reason: "work" }), /it cannot pay 5 OPG/);
    failed(await run("params set", { name: "votingPeriod", values: ["soon"] }), /"soon" is not a time such as 5d/);
    failed(await run("params set", { name: "split", values: ["2000"] }), /split takes 2 value\(s\): operator \(bps\)/);
    failed(await run("params set", { name: "mood", values: ["1"] }), /no parameter "mood"\. Known: votingDelay/);
    failed(
      await run("verifier set", { address: developmentKey.address }),
      /no contract at .*deploy the verifier first/,
    );
    failed(await run("gov delegate", { delegatee: DELEGATOR_ADDRESS, account: 5 }), /is no operator.*gov override/);
    failed(await run("gov vote", { proposal: "latest", choice: "for" }), /There are no proposals yet/);
    failed(await run("gov simulate", { what: "nowhere.json" }), /nowhere\.json: not readable/);
    failed(await run("gov power", { address: "0x12" }), /"0x12" is not the address of an account/);
  });

  it("admits a verifier, longer in the timelock because it is a root of trust", async () => {
    const proposed = await run("verifier set", { ...YES, address: verifier });
    json(proposed);
    assert.match(proposed.stderr, /it waits 2 h before it is executed/);
    await decide(2n * HOUR);
    assert.equal(json(await run("gov status", { json: true })).state, "executed");
  });

  it("accepts the B300 against its operator, by a delegator's own vote", async () => {
    json(await run("gov keep-record", { ...YES, account: DELEGATOR, operator: parameters.initialHolder }));
    const proposed = json(await run("tee propose-profile", { ...YES, profile: "tdx-hgx-b300" }));
    const simulated = json(await run("gov simulate", { what: "latest", strict: true, json: true }));
    assert.equal(simulated.executed, true);
    assert.deepEqual(simulated.findings, []);

    const file = path.join(records, "proposal.json");
    await writeFile(file, (await run("gov export", { proposal: "latest" })).stdout);
    assert.match((await run("gov verify", { proposal: "latest", file })).stdout, /is exactly what .* says/);
    const decoded = await run("gov decode", { what: file });
    assert.match(decoded.stdout, /Accept the hardware "TDX \+ HGX B300".*\n.*unknown → accepted/);

    await pass(HOUR + 1n);
    json(await run("gov vote", { ...YES, proposal: "latest", choice: "against" }));
    const override = { proposal: "latest", operator: parameters.initialHolder, choice: "for" };
    json(await run("gov override", { ...YES, ...override, account: DELEGATOR }));
    failed(await run("gov override", { ...override, account: DELEGATOR, yes: true }), /with its part of the pool/);
    await pass(DAY);
    json(await run("gov queue", { ...YES, proposal: "latest" }));
    failed(await run("gov execute", { proposal: "latest", yes: true }), /It can be executed from .* \(in 1 h\)/);
    await pass(HOUR);
    json(await run("gov execute", { ...YES, proposal: "latest" }));
    const { tally, id } = json(await run("gov show", { json: true })) as { tally: Record<string, string>; id: string };
    assert.equal(id, proposed.proposalId);
    assert.deepEqual([tally.for, tally.against], [parseEther("50000"), parseEther("20000")].map(String));
  });

  it("accepts the code by ballots that others bring", async () => {
    const { profile } = await readProfile("tdx-hgx-b300");
    profileId = await operator.publicClient.readContract({
      address: addresses.HardwarePolicy,
      abi: hardwarePolicyAbi,
      functionName: "computeProfileId",
      args: [profile],
    });
    const release = {
      measurementId,
      name: "node",
      version: "1.0.0",
      sourceCommit: "ab".repeat(20),
      buildHash: measurementId,
      uri: "https://example.org",
      roles: ["INFERENCE"],
      profileIds: [profileId],
      source: "a test",
    };
    const file = path.join(records, "release.json");
    await writeFile(file, JSON.stringify(release));
    json(await run("tee propose-release", { ...YES, file }));
    await pass(HOUR + 1n);

    const ballots = [
      { choice: "for", account: OPERATOR },
      { choice: "for", account: DELEGATOR, operator: parameters.initialHolder },
    ];
    for (const [index, ballot] of ballots.entries()) {
      const ballotFile = path.join(records, `ballot-${index}.json`);
      await writeFile(ballotFile, (await run("gov ballot sign", { ...ballot, proposal: "latest" })).stdout);
      json(await run("gov ballot submit", { ...YES, file: ballotFile, account: 8 }));
      failed(await run("gov ballot submit", { file: ballotFile, yes: true }), /already/);
    }
    await pass(DAY);
    json(await run("gov queue", { ...YES, proposal: "latest" }));
    await pass(HOUR);
    json(await run("gov execute", { ...YES, proposal: "latest" }));
  });

  it("makes an enclave of that profile usable, until the guardian suspends it", async () => {
    const file = path.join(records, "registration.json");
    await writeFile(file, JSON.stringify(await signedRegistration()));
    const gpuToken = "test/vectors/tee/nvidia/hopperClaimsv3_detached_eat.json";
    failed(
      await run("tee register", { ...YES, file, gpuToken }),
      /The evidence binds the token 0x\w+, the file has 0x/,
    );
    failed(await run("tee register", { ...YES, file, gpuToken: file }), /not a token of NVIDIA's/);
    json(await run("tee register", { ...YES, file }));
    const usable = json(await run("tee explain", { enclave: enclaveId, json: true }));
    assert.equal(usable.assurance, "MEASURED_CODE");
    assert.deepEqual(unmet(usable), []);

    const act = { id: profileId, reason: "a leaked key" };
    failed(await run("tee suspend-profile", { ...act, yes: true }), /is not the guardian; 0xbDA5.*add --propose/);
    const safe = await run("tee suspend-profile", { ...act, export: "safe", from: parameters.guardian });
    const batch = JSON.parse(safe.stdout) as { transactions: { to: string }[]; chainId: string };
    assert.deepEqual([batch.chainId, batch.transactions[0]?.to], ["31337", addresses.Guardian]);
    json(await run("tee suspend-profile", { ...asKeeper, ...act }));
    assert.notDeepEqual(unmet(json(await run("tee explain", { enclave: enclaveId, json: true }))), []);
  });

  it("lets the guardian stop a verifier and registrations, and nothing else", async () => {
    const freeze = { function: "EnclaveRegistry.freezeVerifier", values: ["0", "a fault"] };
    json(await run("guardian act", { ...asKeeper, ...freeze }));
    json(
      await run("guardian act", { ...asKeeper, function: "EnclaveRegistry.pauseRegistrations", values: ["a fault"] }),
    );
    const resume = { function: "EnclaveRegistry.resumeRegistrations", values: [] };
    failed(
      await run("guardian act", { ...asKeeper, ...resume }),
      /is not open to the guardian\. He has: HardwarePolicy/,
    );
    failed(await run("guardian act", { ...asKeeper, ...freeze, values: ["0"] }), /takes 2 arguments, not 1/);
    failed(await run("guardian resign", YES), /is not the guardian/);
    assert.equal(json(await run("guardian status", { json: true })).active, true);
  });

  it("lets the guardian cancel, but not the vote about him", async () => {
    json(await run("params set", { ...YES, name: "votingPeriod", values: ["2d"] }));
    failed(
      await run("gov cancel", { proposal: "latest", account: DELEGATOR, yes: true }),
      /the guardian 0xbDA5\w+ later/,
    );
    json(await run("gov cancel", { ...asKeeper, proposal: "latest" }));
    failed(await run("gov cancel", { ...asKeeper, proposal: "latest" }), /cannot be cancelled\. It is canceled/);

    const { timestamp } = await operator.publicClient.getBlock();
    const appointment = { keeper: DELEGATOR_ADDRESS, until: String(timestamp + 100n * DAY) };
    json(await run("gov appoint-guardian", { ...YES, ...appointment }));
    failed(await run("gov cancel", { ...asKeeper, proposal: "latest" }), /GuardianCannotJudgeItself/);
    await decide(HOUR);
    failed(await run("tee deprecate-profile", { ...asKeeper, id: profileId, at: "2100-01-01" }), /is not the guardian/);
    const proposal = { ...YES, id: measurementId, reason: "by vote", propose: true };
    assert.equal(json(await run("tee revoke-release", proposal)).sent, true);
  });

  it("prints a transaction for another signer", async () => {
    const args = { name: "quorum", values: ["5"], export: "unsigned", from: parameters.initialHolder };
    const unsigned = JSON.parse((await run("params set", args)).stdout) as Record<string, unknown>;
    assert.deepEqual([unsigned.chainId, unsigned.to, unsigned.value], [31337, addresses.OPGGovernor, "0"]);
    failed(
      await run("params set", { ...args, export: "paper" }),
      /"paper" is not a form of export; use unsigned or safe/,
    );
    failed(await run("params set", { ...args, export: "" }), /--from is for --export/);
  });

  it("refuses to propose what is meant for another chain", async () => {
    const file = path.join(records, "other.json");
    const exported = JSON.parse(await readFile(path.join(records, "proposal.json"), "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...exported, chainId: 8453 }));
    failed(
      await run("gov propose", { file, yes: true }),
      /is for chain 8453, and this is chain 31337\. Check --network/,
    );
    failed(await run("gov verify", { proposal: "latest", file }), /the file is for chain 8453/);
  });

  it("upgrades a verifier whose sources have changed: first its contract, then the vote", async () => {
    const upgrade = (contract: string, options: Readonly<Record<string, unknown>> = {}): Promise<CommandResult> =>
      run("deploy upgrade-verifier", { ...YES, contract, noBuild: true, ...options });
    failed(await upgrade("Staking"), /"Staking" verifies no evidence\. Verifiers: NitroVerifier, TdxVerifier/);
    failed(await upgrade("TdxVerifier"), /as its sources say, and is admitted: there is nothing to upgrade/);
    const planned = json(await upgrade(OUTDATED, { dryRun: true }));
    assert.equal(planned.sent, false);
    const deployed = json(await upgrade(OUTDATED));
    const proposed = json(await upgrade(OUTDATED));
    assert.deepEqual([planned.step, deployed.step, proposed.step], ["deploy", "deploy", "propose"]);
    assert.equal(proposed.verifier, deployed.verifier);
    assert.notEqual(deployed.verifier, addresses.SevSnpVerifier);
    await decide(2n * HOUR);
    const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
    const count = await operator.publicClient.readContract({ ...registry, functionName: "verifierCount" });
    const args = [count - 1n] as const;
    const newest = await operator.publicClient.readContract({ ...registry, functionName: "verifierAt", args });
    assert.equal(newest.target, deployed.verifier);
    failed(await upgrade(OUTDATED), /there is nothing to upgrade/);
  });

  function unmet(explained: Record<string, unknown>): readonly unknown[] {
    return (explained.rules as readonly { rule: string; holds: boolean }[]).filter(({ holds }) => !holds);
  }

  /** The registration of an enclave whose evidence the development key signs. */
  async function signedRegistration(): Promise<Record<string, unknown>> {
    const { publicClient } = operator;
    const { profile } = await readProfile("tdx-hgx-b300");
    const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
    const verifierCount = await publicClient.readContract({ ...registry, functionName: "verifierCount" });
    const gpuPolicyHash = await publicClient.readContract({
      address: addresses.HardwarePolicy,
      abi: hardwarePolicyAbi,
      functionName: "computeGpuPolicyHash",
      args: [profile],
    });
    const { number, timestamp } = await publicClient.getBlock();
    const registration: Registration = {
      operator: parameters.initialHolder,
      signer: enclave.address,
      profileId,
      tlsSpkiHash: zeroHash,
      rsaKeyHash: zeroHash,
      gpuEvidenceDigest: keccak256(toBytes("accelerators")),
      gpuPolicyHash,
      challengeBlock: Number(number) - 1,
      verifierId: Number(verifierCount) - 1,
    };
    const reportData = await publicClient.readContract({
      ...registry,
      functionName: "reportDataOf",
      args: [registration],
    });
    const evidence = await signFacts(developmentKey, verifier, 31337, {
      kind: TDX,
      platformClass: zeroHash,
      measurementId,
      tcbStatus: UP_TO_DATE,
      tcbDate: timestamp - DAY,
      tcbEvaluationNumber: 18,
      tcbVersion: 0n,
      advisoryHash: zeroHash,
      platformId: keccak256(toBytes("a machine")),
      attestedAt: timestamp,
      collateralExpiry: timestamp + 30n * DAY,
      debug: false,
      reportData,
    });
    const possession = await signPossession(enclave, addresses.EnclaveRegistry, 31337, registration, evidence);
    return { ...registration, evidence, possession };
  }
});
