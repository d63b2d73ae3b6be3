import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { encodeFunctionData, keccak256, parseEther, toBytes, type Address, type Hex } from "viem";

import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { prepareDelegation, prepareExecute, prepareQueue, prepareVote } from "../../scripts/gov/acts.ts";
import { actionLines } from "../../scripts/gov/proposal-words.ts";
import { prepareProfileProposal, type PreparedProposal } from "../../scripts/gov/propose.ts";
import { decodeAction } from "../../scripts/gov/decode.ts";
import { readPower } from "../../scripts/gov/power.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { readProposal, resolveProposal, type GovernanceView } from "../../scripts/gov/proposals.ts";
import { sendCall } from "../../scripts/gov/send.ts";
import { prepareWalletDelegation } from "../../scripts/gov/wallet.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import { artifacts, impersonate, parameters, startChain, type TestChain } from "./chain.ts";
import { becomeVoter } from "./stake.ts";

const HOUR = 3_600n;
const STRANGER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

interface Fixture extends TestChain {
  readonly view: GovernanceView;
  readonly voter: Address;
}

/** A deployed system where the first account alone has votes. */
async function startGovernance(): Promise<Fixture> {
  const chain = await startChain();
  const addresses = await deployAll({ ...chain.clients, parameters, artifacts });
  await becomeVoter(chain.clients, addresses, "50000");
  await passTime(chain.provider, 10n);
  const view = { publicClient: chain.clients.publicClient, addresses };
  return { ...chain, view, voter: parameters.initialHolder };
}

async function propose({ view, voter, clients }: Fixture, name = "tdx-hgx-b300"): Promise<PreparedProposal> {
  const call = await prepareProfileProposal(view, voter, await readProfile(name));
  await sendCall(clients, call);
  return call;
}

function refusal(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("a profile's way through governance", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startGovernance();
  });

  it("is closed to accounts below the threshold", async () => {
    const profile = await readProfile("tdx-hgx-b300");
    await assert.rejects(
      prepareProfileProposal(fixture.view, STRANGER, profile),
      refusal(/has 0 OPG of votes; proposing takes 1000 OPG/),
    );
  });

  it("tells the next possible time at every step", async () => {
    const { view, voter, clients, provider } = fixture;
    const { proposalId: id, lines } = await propose(fixture);
    assert(
      lines.some((line) => /unknown → accepted/.test(line)),
      lines.join("\n"),
    );

    await assert.rejects(propose(fixture), refusal(/You made this proposal before: \d+, pending/));
    await assert.rejects(prepareVote(view, voter, id, "for", ""), refusal(/Voting opens after .*\(in 1 h\)/));
    await passTime(provider, HOUR + 1n);
    await assert.rejects(prepareQueue(view, id), refusal(/cannot be queued. Voting is open until .*\(in 23 h/));
    await assert.rejects(prepareVote(view, STRANGER, id, "for", ""), refusal(/had no votes when the vote began/));

    await sendCall(clients, await prepareVote(view, voter, id, "for", "sound hardware"));
    await assert.rejects(prepareVote(view, voter, id, "against", ""), refusal(/has voted on proposal #0 already/));
    assert.equal((await readProposal(view, id)).tally.for, parseEther("50000"));
    await passTime(provider, 24n * HOUR);
    await assert.rejects(prepareVote(view, voter, id, "for", ""), refusal(/It passed and can be queued now/));
    await assert.rejects(prepareExecute(view, id), refusal(/cannot be executed. It passed and can be queued now/));

    await sendCall(clients, await prepareQueue(view, id));
    await assert.rejects(prepareExecute(view, id), refusal(/It can be executed from .*\(in 1 h\)/));
    await passTime(provider, HOUR);
    await sendCall(clients, await prepareExecute(view, id));

    await assert.rejects(prepareExecute(view, id), refusal(/It was executed; nothing more/));
    await assert.rejects(propose(fixture), refusal(/is accepted already/));
    const { profile } = await readProfile("tdx-hgx-b300");
    const policy = { address: view.addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
    const profileId = await view.publicClient.readContract({
      ...policy,
      functionName: "computeProfileId",
      args: [profile],
    });
    const terms = await view.publicClient.readContract({ ...policy, functionName: "termsOf", args: [profileId] });
    assert.equal(terms.acceptedAtVersion, 1n);
    assert.equal(terms.maxEnclaveAge, 30 * 86_400);
  });

  it("ends in defeat without a quorum", async () => {
    const { view, provider } = fixture;
    const { proposalId } = await propose(fixture, "snp-hgx-b300");
    await passTime(provider, 26n * HOUR);
    await assert.rejects(prepareQueue(view, proposalId), refusal(/It was defeated; nothing more/));
  });

  it("can be named in every way a person may", async () => {
    const { view } = fixture;
    const [first, second] = [await resolveProposal(view, "#0"), await resolveProposal(view, "latest")];
    assert.notEqual(first, second);
    assert.equal(await resolveProposal(view, second.toString()), second);
    assert.equal(await resolveProposal(view, second.toString().slice(0, 12)), second);
    for (const wrong of ["#2", "12", "yes", "99999999999999"]) {
      await assert.rejects(resolveProposal(view, wrong), refusal(/There is no proposal/));
    }
  });

  it("keeps its text readable from the chain", async () => {
    const { view, voter } = fixture;
    const proposal = await readProposal(view, await resolveProposal(view, "#0"));
    assert.match(proposal.description ?? "", /^# Accept the hardware profile TDX \+ HGX B300\n/);
    assert.match(proposal.description ?? "", new RegExp(`#proposer=${voter}$`));
  });

  it("counts staked OPG as votes", async () => {
    const { view, voter } = fixture;
    const power = await readPower(view, voter);
    assert.equal(power.votes, parseEther("50000"));
    assert.equal(power.quorum, parseEther("2000"));
  });

  it("counts OPG in wallets once it is delegated, and in no quorum", async () => {
    const { view, voter, clients, provider } = fixture;
    const { OPG: to } = view.addresses;
    const give = [STRANGER, parseEther("2000")] as const;
    const data = encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: give });
    await sendCall(clients, { to, data, lines: [] });
    await passTime(provider, 2n);
    await assert.rejects(
      prepareProfileProposal(view, STRANGER, await readProfile("nitro-gateway")),
      refusal(/has 0 OPG of votes.* and from 2000 OPG in your wallet once it is delegated\.$/),
    );
    await assert.rejects(prepareDelegation(view, STRANGER, voter), refusal(/is no operator.*use --wallet/));

    await impersonate(provider, STRANGER);
    const call = await prepareWalletDelegation(view, STRANGER, voter);
    assert.match(
      call.lines[0] ?? "",
      /now 2000 OPG and what it will hold, vote for 0x.*; until now it votes for nobody/,
    );
    await sendCall(await fixture.clientsFor(STRANGER), call);
    await passTime(provider, 2n);
    await assert.rejects(prepareWalletDelegation(view, STRANGER, voter), refusal(/votes for 0x\w+ already/));
    const { votes, stakeVotes, walletVotes, totalVotes, quorum } = await readPower(view, voter);
    assert.deepEqual([votes, stakeVotes, walletVotes], [parseEther("52000"), parseEther("50000"), parseEther("2000")]);
    assert.deepEqual([totalVotes, quorum], [parseEther("50000"), parseEther("2000")]);
    assert.equal((await readPower(view, STRANGER)).undelegated, 0n);
  });

  it("accepts every profile that comes with the repository", async () => {
    const { view, clients, voter } = fixture;
    for (const name of ["nitro-gateway", "tdx-hopper", "snp-hopper", "tdx-hgx-b200", "snp-hgx-b200"]) {
      const { profile } = await readProfile(name);
      const data = encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptProfile", args: [profile] });
      const { HardwarePolicy: to, TimelockController: account } = view.addresses;
      await clients.publicClient.call({ account, to, data });
      assert((await prepareProfileProposal(view, voter, await readProfile(name))).proposalId > 0n);
    }
  });
});

describe("decoded actions", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startGovernance();
  });
  const decode = (target: Address, calldata: Hex, value = 0n) =>
    decodeAction(fixture.view.publicClient, fixture.view.addresses, target, value, calldata);

  it("show the old and the new value with units", async () => {
    const { TimelockController: timelock, OPGGovernor: governor } = fixture.view.addresses;
    const delay = await decode(
      timelock,
      encodeFunctionData({ abi: timelockControllerAbi, functionName: "updateDelay", args: [7_200n] }),
    );
    assert.equal(delay.change, "getMinDelay: 1 h → 2 h");
    assert.equal(delay.sentence, "Call TimelockController.updateDelay(newDelay = 2 h)");
    const period = await decode(
      governor,
      encodeFunctionData({ abi: opgGovernorAbi, functionName: "setVotingPeriod", args: [90_000] }),
    );
    assert.equal(period.change, "votingPeriod: 1 day → 1 day 1 h");
  });

  it("warn of changes of control", async () => {
    const { AccessManager: manager } = fixture.view.addresses;
    const action = await decode(
      manager,
      encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [2n, STRANGER, 0] }),
    );
    assert.equal(action.sentence, `Give SLASHER to ${STRANGER}`);
    assert.deepEqual(action.warnings, ["It changes who controls the system."]);
  });

  it("never name calldata that is not exactly the call", async () => {
    const { TimelockController: timelock } = fixture.view.addresses;
    const call = encodeFunctionData({ abi: timelockControllerAbi, functionName: "updateDelay", args: [7_200n] });
    for (const calldata of [`${call}00`, call.slice(0, 40), "0x12345678", "0x"] as Hex[]) {
      const action = await decode(timelock, calldata);
      assert.equal(action.function, null, calldata);
      assert.equal(action.warnings.length, 1);
    }
  });

  it("warn of foreign targets and of ether", async () => {
    const action = await decode(STRANGER, "0x", 5n);
    assert.equal(action.contract, null);
    assert.equal(action.warnings.length, 3);
    assert(actionLines(action).some((line) => line.includes("It sends 5 wei of ether.")));
  });

  it("cannot rewrite the terminal", async () => {
    const { profile } = await readProfile("tdx-hopper");
    const calldata = encodeFunctionData({
      abi: hardwarePolicyAbi,
      functionName: "acceptProfile",
      args: [{ ...profile, name: "TDX\u001b[2K\nharmless" }],
    });
    const action = await decode(fixture.view.addresses.HardwarePolicy, calldata);
    assert(!/[\p{Cc}]/u.test(action.sentence), action.sentence);
  });

  it("carry the hash of the calldata to compare on another screen", async () => {
    const calldata = toBytes("anything");
    const action = await decode(STRANGER, `0x${Buffer.from(calldata).toString("hex")}`);
    assert(actionLines(action).includes(`  calldata hash: ${keccak256(action.calldata)}`));
  });
});
