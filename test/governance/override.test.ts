import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { encodeFunctionData, parseEther, type Address } from "viem";

import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { prepareVote } from "../../scripts/gov/acts.ts";
import { prepareProfileProposal } from "../../scripts/gov/propose.ts";
import { prepareOverride, prepareRecord } from "../../scripts/gov/override.ts";
import { readProfile } from "../../scripts/gov/profiles.ts";
import { readProposal, type GovernanceView } from "../../scripts/gov/proposals.ts";
import { sendCall } from "../../scripts/gov/send.ts";
import type { Clients, RequestProvider } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { artifacts, impersonate, parameters, startChain } from "./chain.ts";
import { becomeVoter } from "./stake.ts";

const HOUR = 3_600n;
const DELEGATOR: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const STRANGER: Address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

function refusal(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("a delegator's own vote", () => {
  const operator = parameters.initialHolder;
  let view: GovernanceView;
  let provider: RequestProvider;
  let operatorClients: Clients;
  let delegatorClients: Clients;
  let proposalId: bigint;

  before(async () => {
    const chain = await startChain();
    operatorClients = chain.clients;
    provider = chain.provider;
    const addresses = await deployAll({ ...chain.clients, parameters, artifacts });
    view = { publicClient: chain.clients.publicClient, addresses };
    await becomeVoter(chain.clients, addresses, "50000");
    await impersonate(chain.provider, DELEGATOR);
    delegatorClients = await chain.clientsFor(DELEGATOR);
    const assets = parseEther("20000");
    const send = async ({ walletClient, publicClient }: Clients, to: Address, data: `0x${string}`): Promise<void> => {
      await publicClient.waitForTransactionReceipt({ hash: await walletClient.sendTransaction({ to, data }) });
    };
    const transfer = encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: [DELEGATOR, assets] });
    const approve = encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [addresses.Staking, assets] });
    const stake = encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: [operator, assets] });
    await send(chain.clients, addresses.OPG, transfer);
    await send(delegatorClients, addresses.OPG, approve);
    await send(delegatorClients, addresses.Staking, stake);
    await sendCall(delegatorClients, await prepareRecord(view, DELEGATOR, operator));
    await passTime(chain.provider, 10n);
    const proposal = await prepareProfileProposal(view, operator, await readProfile("tdx-hgx-b300"));
    await sendCall(operatorClients, proposal);
    proposalId = proposal.proposalId;
    await passTime(chain.provider, HOUR + 1n);
  });

  it("needs a record that was kept when the vote began", async () => {
    const ballot = { proposalId, operator, choice: "for", reason: "" } as const;
    await assert.rejects(prepareOverride(view, STRANGER, ballot), refusal(/had no part.*gov keep-record 0x/));
    await assert.rejects(prepareRecord(view, DELEGATOR, operator), refusal(/is kept already/));
    await assert.rejects(prepareRecord(view, DELEGATOR, STRANGER), refusal(/is no operator/));
  });

  it("lowers the weight that the operator is shown before he votes", async () => {
    const snapshot = await provider.request({ method: "evm_snapshot" });
    const ballot = { proposalId, operator, choice: "against", reason: "" } as const;
    await sendCall(delegatorClients, await prepareOverride(view, DELEGATOR, ballot));
    const { lines } = await prepareVote(view, operator, proposalId, "for", "");
    assert.match(
      lines.at(-1) ?? "",
      /^Vote for with 50000 OPG as 0x\w+\. Delegators have cast 20000 OPG themselves\.$/,
    );
    await provider.request({ method: "evm_revert", params: [snapshot] });
  });

  it("is taken out of the operator's ballot", async () => {
    await sendCall(operatorClients, await prepareVote(view, operator, proposalId, "for", ""));
    assert.equal((await readProposal(view, proposalId)).tally.for, parseEther("70000"));

    const ballot = { proposalId, operator, choice: "against", reason: "too early" } as const;
    const call = await prepareOverride(view, DELEGATOR, ballot);
    assert.match(call.lines.at(-2) ?? "", /Vote against with 20000 OPG/);
    await sendCall(delegatorClients, call);

    const { tally } = await readProposal(view, proposalId);
    assert.equal(tally.for, parseEther("50000"));
    assert.equal(tally.against, parseEther("20000"));
    await assert.rejects(prepareOverride(view, DELEGATOR, ballot), refusal(/has voted on proposal #0/));
  });
});
