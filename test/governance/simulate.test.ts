import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { network } from "hardhat";
import { before, describe, it } from "node:test";
import { encodeFunctionData, parseEther, type Address, type Hex } from "viem";
import { z } from "zod";

import type { Addresses } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { planDeployment } from "../../scripts/deploy/plan.ts";
import { RULES, type Rule } from "../../scripts/gov/lint.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { draftOf, encodeNamedCall, fileOf, parseProposal } from "../../scripts/gov/proposal-file.ts";
import { simulate, type Copy, type SimulationReport } from "../../scripts/gov/simulate.ts";
import { clientsOfProvider, type Reader } from "../../scripts/lib/clients.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { artifacts, parameters } from "./chain.ts";

const CORPUS = "test/governance/malicious";

const entrySchema = z
  .object({
    rule: z.enum(RULES),
    why: z.string(),
    repeat: z.number().default(1),
    code: z.record(z.string()).default({}),
    proposal: z.unknown(),
  })
  .strict();

interface Stage {
  readonly copy: Copy;
  readonly reader: Reader;
}

/** A deployed system whose timelock has 1,000 OPG, with room for transactions that Base would refuse. */
async function startStage(): Promise<Stage> {
  const { provider } = await network.create({ override: { blockGasLimit: 200_000_000 } });
  const clients = await clientsOfProvider(provider, parameters.initialHolder, true);
  const addresses = await deployAll({ ...clients, parameters, artifacts });
  const args = [addresses.TimelockController, parseEther("1000")] as const;
  await clients.walletClient.sendTransaction({
    to: addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "transfer", args }),
  });
  return { copy: { provider, addresses }, reader: clients.publicClient };
}

describe("the simulation of a proposal", () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });

  /** Simulates a file's proposal, and takes the chain back to where it was. */
  async function play(json: unknown, repeat = 1): Promise<SimulationReport> {
    const { provider, addresses } = stage.copy;
    const snapshot = await provider.request({ method: "evm_snapshot", params: [] });
    const file = parseProposal(json, "the test");
    const draft = draftOf(file, addresses);
    const actions = Array.from({ length: repeat }, () => draft.actions).flat();
    const report = await simulate(stage.copy, { publicClient: stage.reader }, { ...draft, actions }, file.chainId);
    await provider.request({ method: "evm_revert", params: [snapshot] });
    return report;
  }
  const benign = (actions: readonly unknown[], title = "A change"): unknown => ({
    chainId: 84532,
    title,
    paragraphs: ["Because."],
    source: "a discussion",
    actions,
  });
  const rulesOf = ({ findings }: SimulationReport): readonly Rule[] => findings.map(({ rule }) => rule);

  it("flags every malicious proposal of the corpus by its own rule", async () => {
    const seen = new Set<Rule>();
    for (const name of (await readdir(CORPUS)).filter((file) => file.endsWith(".json"))) {
      const entry = entrySchema.parse(JSON.parse(await readFile(path.join(CORPUS, name), "utf8")));
      for (const [address, code] of Object.entries(entry.code)) {
        await stage.copy.provider.request({ method: "hardhat_setCode", params: [address, code] });
      }
      const report = await play(entry.proposal, entry.repeat);
      assert(rulesOf(report).includes(entry.rule), `${name}: ${JSON.stringify(report.findings)}`);
      seen.add(entry.rule);
    }
    assert.deepEqual([...seen].sort(), [...RULES].sort(), "every rule has an entry");
  });

  it("finds nothing in honest proposals, and executes them", async () => {
    const { profile } = await readProfile("tdx-hgx-b300");
    const accept: Hex = encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptProfile", args: [profile] });
    const recipient: Address = parameters.treasury;
    const honest = [
      [{ contract: "PaymentHub", function: "setSplit", arguments: ["2000", "600"] }],
      [{ target: "@HardwarePolicy", calldata: accept }],
      [{ contract: "OPG", function: "transfer", arguments: [recipient, parseEther("100").toString()] }],
      [{ contract: "AccessManager", function: "revokeRole", arguments: ["3", "@PipeEngine"] }],
      [{ contract: "OPGGovernor", function: "setVotingPeriod", arguments: [172_800] }],
    ];
    for (const actions of honest) {
      const report = await play(benign(actions));
      assert.deepEqual([report.findings, report.failure], [[], null], JSON.stringify(actions));
      assert(report.executed);
    }
  });

  it("shows what changes, how long it waits, and what every step costs", async () => {
    const report = await play(
      benign([{ contract: "PaymentHub", function: "setSplit", arguments: ["2000", "600"] }], "Pay the treasury"),
    );
    assert.equal(report.actions[0]?.change, "split: [2000, 500] → [2000, 600]");
    assert.equal(report.waits, "1 h");
    assert.deepEqual(
      report.stages.map(({ stage: name, gas }) => [name, gas > 0n]),
      [
        ["propose", true],
        ["vote", true],
        ["queue", true],
        ["execute", true],
      ],
    );
    assert.deepEqual(
      report.changes.filter(({ contract }) => contract === "PaymentHub"),
      [{ contract: "PaymentHub", what: "split", before: '["2000","500"]', after: '["2000","600"]' }],
    );
    assert(report.events.some((line) => line.startsWith("PaymentHub: ")));
  });

  it("shows that what is not listed waits longest", async () => {
    const report = await play(benign([{ contract: "OPGGovernor", function: "setVotingPeriod", arguments: [172_800] }]));
    assert.equal(report.waits, "15 days");
    assert(report.changes.some(({ what, after }) => what === "votingPeriod" && after === '"172800"'));
  });
});

describe("proposal files", () => {
  const addresses = () => planned;
  let planned: Addresses;
  before(async () => {
    planned = (await planDeployment(parameters, parameters.initialHolder, artifacts)).addresses;
  });
  const file = { chainId: 84532, title: "t", source: "s", actions: [{ target: "@OPG", calldata: "0x12" }] };

  it("can be written again from what they propose", () => {
    const draft = draftOf(parseProposal(file, "f"), addresses());
    assert.deepEqual(draftOf(fileOf(draft, 84532), addresses()), draft);
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ["no actions", { ...file, actions: [] }, /f: actions: /],
    ["an unknown field", { ...file, deadline: 1 }, /Unrecognized key/],
    ["no chain", { ...file, chainId: undefined }, /f: chainId: /],
    ["a fraction of wei", { ...file, actions: [{ target: "@OPG", calldata: "0x", value: "0.5" }] }, /f: actions\.0/],
  ];
  for (const [what, json, pattern] of bad) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => parseProposal(json, "f"),
        (error: unknown) => error instanceof UserError && pattern.test(error.message),
      );
    });
  }

  const wrongCalls: readonly (readonly [string, string, readonly unknown[], RegExp])[] = [
    ["PaymentHub", "setSplits", [], /PaymentHub has no function "setSplits"/],
    ["PaymentHub", "setSplit", ["1"], /takes 2 arguments, not 1/],
    ["PaymentHub", "setSplit", ["1", "-x"], /"-x" is not of the type uint256/],
    ["Guardian", "appoint", ["@Nobody", 1], /"Nobody" is not a contract of the system/],
    ["Guardian", "appoint", ["0x12", 1], /"0x12" is not of the type address/],
    ["PaymentHub", "paused", [], /no function "paused" that changes/],
  ];
  for (const [contract, name, values, pattern] of wrongCalls) {
    it(`with ${contract}.${name}(${values.join(", ")}) are refused`, () => {
      const json = { ...file, actions: [{ contract, function: name, arguments: values }] };
      assert.throws(
        () => draftOf(parseProposal(json, "f"), addresses()),
        (error: unknown) => error instanceof UserError && pattern.test(error.message),
      );
    });
  }

  it("encode structures and lists", () => {
    const rows = [{ target: "@OPG", selector: "0x12345678", decisionClass: 2 }];
    assert.equal(encodeNamedCall(addresses(), "DecisionDelays", "setDecisionClasses", [rows]).length, 2 + 8 + 64 * 5);
  });
});
