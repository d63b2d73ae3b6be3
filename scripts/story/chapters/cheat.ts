import { decodeErrorResult, encodeFunctionData, parseEther } from "viem";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { penaltiesAbi } from "../../../sdk/src/abi/Penalties.ts";
import { settlementAbi } from "../../../sdk/src/abi/Settlement.ts";
import { stakeLensAbi } from "../../../sdk/src/abi/StakeLens.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import { InferenceUnavailableError } from "../../../sdk/src/errors.ts";
import { askNode, randomNonce } from "../../../sdk/src/node-client.ts";
import {
  findMissingAnswer,
  prepareInferenceCall,
  type InferenceAnswer,
  type InferenceQuery,
} from "../../../sdk/src/pipe.ts";
import { computeEvidenceCommitment } from "../../../sdk/src/receipt.ts";
import { decodeRevert, revertDataOf } from "../../../sdk/src/revert.ts";
import { InferenceMode, type ModelOutput } from "../../../sdk/src/tensors.ts";
import { opg } from "../../gov/words.ts";
import { passTime } from "../../lib/test-node.ts";
import { serveInference } from "../../../nodes/inference/server.ts";
import type { InferenceNode } from "../../../nodes/inference/answer.ts";
import type { StoryHour } from "../hours.ts";
import { addressOf } from "../people.ts";
import type { Narrator } from "../telling.ts";
import type { CallContext } from "./call.ts";
import { PRICES } from "./publish.ts";
import { forwarderOf, reportCandles, swapCall } from "./trade.ts";

/** What the cheat's delegator takes back on the day of the fault: too late. */
const LEAVING = parseEther("4000");

/** What the slash took. */
export interface Slash {
  readonly slashed: bigint;
  readonly bounty: bigint;
}

/**
 * The cheat's enclave signs two different answers to one request. Whoever holds both receipts proves it, and the cheat
 * and his delegator lose stake, also the part that is leaving already; afterwards nobody can settle with him.
 */
export async function cheat(
  context: CallContext,
  node: InferenceNode,
  hour: StoryHour,
  narrator: Narrator,
): Promise<Slash> {
  const { stage } = context;
  await reportCandles(stage, context.dapp, hour.window.slice(-1), narrator);
  const honest = await serveInference({ node });
  const shaved = await serveInference({ node: withLowerAnswers(node) });
  try {
    const query = await findQuery(context);
    const ask = (url: string, nonce: bigint) =>
      askNode({ url, chainId: stage.chainId, payer: addressOf(stage, "trader"), query, maxPrice: PRICES.tee, nonce });
    const nonce = randomNonce();
    const first = await ask(honest.url, nonce);
    const second = await ask(shaved.url, nonce);
    narrator.check("the cheat signed two answers to one request", first.receipt.requestId === second.receipt.requestId);

    const slash = await challenge(context, first, second, narrator);
    await checkShutOut(context, honest.url, narrator);
    return slash;
  } finally {
    await Promise.all([honest.close(), shaved.close()]);
  }
}

/** The same node with a model that expects half the range, so that swaps through it pay less. */
function withLowerAnswers(node: InferenceNode): InferenceNode {
  const halve = (output: ModelOutput): ModelOutput => ({
    ...output,
    numbers: output.numbers.map((tensor) => ({
      ...tensor,
      values: tensor.values.map(({ value, decimals }) => ({ value: value / 2n, decimals })),
    })),
  });
  return {
    ...node,
    models: node.models.map((model) => ({
      ...model,
      run: (input) => {
        const { output, inputCommitment, outputCommitment } = model.run(input);
        return { output: halve(output), inputCommitment, outputCommitment: outputCommitment / 2n };
      },
    })),
  };
}

/** The model call that the trader's next swap would make. */
async function findQuery(context: CallContext): Promise<InferenceQuery> {
  const { query } = await findMissingAnswer({
    client: context.stage.reader,
    account: addressOf(context.stage, "trader"),
    forwarder: await forwarderOf(context.stage, context.addresses),
    call: swapCall(context.dapp, InferenceMode.TEE),
    answers: [],
  });
  if (query === undefined) throw new Error("The pool does not ask the model.");
  return query;
}

async function challenge(
  context: CallContext,
  first: InferenceAnswer,
  second: InferenceAnswer,
  narrator: Narrator,
): Promise<Slash> {
  const { stage, addresses } = context;
  const { reader, people } = stage;
  const [cheatAddress, victim] = [addressOf(stage, "cheat"), addressOf(stage, "cheatsDelegator")];
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const stakeOf = (account: `0x${string}`) =>
    reader.readContract({ ...staking, functionName: "stakeOf", args: [cheatAddress, account] });
  const supply = () => reader.readContract({ address: addresses.OPG, abi: opgAbi, functionName: "totalSupply" });
  const unbonding = async () => {
    const lens = { address: addresses.StakeLens, abi: stakeLensAbi } as const;
    const { unbonding: left } = await reader.readContract({
      ...lens,
      functionName: "positionOf",
      args: [cheatAddress, victim],
    });
    return left;
  };
  await narrator.send(people.cheatsDelegator, "the cheat's delegator begins to leave", {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "unbond", args: [cheatAddress, LEAVING] }),
  });
  const before = {
    cheat: await stakeOf(cheatAddress),
    delegator: await stakeOf(victim),
    unbonding: await unbonding(),
    supply: await supply(),
  };

  await proveEquivocation(context, first, second, narrator);
  const challenger = addressOf(stage, "challenger");
  const bounty = await reader.readContract({ ...staking, functionName: "bountyOf", args: [challenger] });
  await narrator.send(people.challenger, "claim the bounty", {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "claimBounty", args: [challenger] }),
  });

  const lost = {
    cheat: before.cheat - (await stakeOf(cheatAddress)),
    delegator: before.delegator - (await stakeOf(victim)),
    unbonding: before.unbonding - (await unbonding()),
  };
  const total = lost.cheat + lost.delegator + lost.unbonding;
  await narrator.send(people.challenger, "burn what the slash took", {
    to: addresses.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: "burnSlashed" }),
  });
  const burned = before.supply - (await supply());
  narrator.check("the cheat lost 5 % of his stake", lost.cheat === before.cheat / 20n);
  narrator.check("his delegator lost 5 % too", lost.delegator === before.delegator / 20n);
  narrator.check("so did what was leaving already", lost.unbonding === before.unbonding / 20n && lost.unbonding > 0n);
  narrator.check("what was not paid as bounty is burned", burned + bounty === total);
  const [faults] = await reader.readContract({
    address: addresses.Penalties,
    abi: penaltiesAbi,
    functionName: "recordOf",
    args: [cheatAddress],
  });
  narrator.check("the fault is on the cheat's record", faults === 1n);
  narrator.fact(
    "slashed",
    `${opg(lost.cheat)} of the cheat, ${opg(lost.delegator)} of his delegator, ${opg(lost.unbonding)} of what was leaving`,
  );
  narrator.fact("of this", `${opg(bounty)} to the challenger, ${opg(burned)} burned`);
  return { slashed: total, bounty };
}

/** Commits to the evidence and reveals it a minute later; somebody who copies it from the mempool then is too late. */
async function proveEquivocation(
  { stage, addresses }: CallContext,
  first: InferenceAnswer,
  second: InferenceAnswer,
  narrator: Narrator,
): Promise<void> {
  const { reader, people } = stage;
  const settlement = { address: addresses.Settlement, abi: settlementAbi } as const;
  const evidence = [first.receipt, first.evidence, second.receipt, second.evidence] as const;
  const commitment = computeEvidenceCommitment({
    chainId: stage.chainId,
    settlement: settlement.address,
    challenger: addressOf(stage, "challenger"),
    first,
    second,
  });
  await narrator.send(people.challenger, "commit to the evidence", {
    to: settlement.address,
    data: encodeFunctionData({ abi: settlementAbi, functionName: "commitEvidence", args: [commitment] }),
  });
  await passTime(stage.provider, await reader.readContract({ ...settlement, functionName: "COMMITMENT_DELAY" }));
  const reveal = {
    to: settlement.address,
    data: encodeFunctionData({ abi: settlementAbi, functionName: "challengeEquivocation", args: evidence }),
  };
  const copied = await revertOf(reader.call({ account: addressOf(stage, "trader"), ...reveal }));
  narrator.check("who copies the evidence is refused", copied === "SettlementCommitmentUnknown");
  await narrator.send(people.challenger, "challenge with both receipts", reveal);
}

/** The name of the error that a call reverts with; undefined when it does not. */
async function revertOf(call: Promise<unknown>): Promise<string | undefined> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => revertDataOf(error),
  );
  return failure && decodeRevert(failure)?.name;
}

/** The cheat's answers no longer settle. */
async function checkShutOut(context: CallContext, url: string, narrator: Narrator): Promise<void> {
  const { stage, addresses, dapp } = context;
  const payer = addressOf(stage, "trader");
  const attempt = prepareInferenceCall({
    client: stage.reader,
    account: payer,
    forwarder: await forwarderOf(stage, addresses),
    call: swapCall(dapp, InferenceMode.TEE),
    answer: (query) => askNode({ url, chainId: stage.chainId, payer, query, maxPrice: PRICES.tee }),
  });
  const revertData = await attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof InferenceUnavailableError ? error.revertData : undefined),
  );
  const reason = revertData && decodeErrorResult({ abi: settlementAbi, data: revertData }).errorName;
  narrator.check("his answers settle no more", reason === "SettlementOperatorInactive");
}
