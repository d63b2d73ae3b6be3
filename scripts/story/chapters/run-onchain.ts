import { encodeFunctionData, parseEventLogs, type Log } from "viem";
import { dynamicFeePoolAbi } from "../../../sdk/src/abi/DynamicFeePool.ts";
import { modelExecutorAbi } from "../../../sdk/src/abi/ModelExecutor.ts";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { pipeEngineAbi } from "../../../sdk/src/abi/PipeEngine.ts";
import { verifierRegistryAbi } from "../../../sdk/src/abi/VerifierRegistry.ts";
import { InferenceMode } from "../../../sdk/src/tensors.ts";
import { prove } from "../../../zkml/circuit/prove.ts";
import { packIntegers, packOutputs } from "../../../zkml/codec/signal-codec.ts";
import { executorModelId } from "../../../zkml/evm/executor-blob.ts";
import { evaluateModel, modelBlob } from "../../../zkml/model/circuit-model.ts";
import type { StoryHour } from "../hours.ts";
import { addressOf } from "../people.ts";
import type { Narrator } from "../telling.ts";
import type { CallContext } from "./call.ts";
import { PRICES } from "./publish.ts";
import { expectedFee, reportCandles, swapCall } from "./trade.ts";

/** The label of the swap whose model call the EVM answers. */
export const ONCHAIN_SWAP = "swap; the EVM runs the model";

/** What the chapter leaves for the story. */
export interface OnchainSwap {
  /** The fee now in force, in millionths. */
  readonly fee: bigint;
}

/**
 * The pool calls the model in mode ONCHAIN: no operator, no answer handed in, one plain transaction of the trader, paid by
 * the pool. Then the same hour is proven, and reference, proof and EVM are compared.
 */
export async function callInEvm(context: CallContext, hour: StoryHour, narrator: Narrator): Promise<OnchainSwap> {
  const { stage, dapp, model } = context;
  const { layout } = model.circuit.model;
  await reportCandles(stage, dapp, hour.window.slice(-1), narrator);
  const { target, data } = swapCall(dapp, InferenceMode.ONCHAIN);
  const { transactionHash: hash } = await narrator.send(stage.people.trader, ONCHAIN_SWAP, { to: target, data });
  const { logs } = await stage.reader.getTransactionReceipt({ hash });
  const [inference] = parseEventLogs({ abi: pipeEngineAbi, logs, eventName: "ModelInferenceEvent" });
  if (inference === undefined) throw new Error(`The swap ${hash} called no model.`);
  const executed = packOutputs(layout, inference.args.response);
  checkPayment(context, logs, narrator);

  const reference = packIntegers(evaluateModel(model.circuit.model, hour.features), layout.outputBits);
  const proven = await proveHour(context, hour, narrator);
  narrator.fact("three ways", `reference ${reference}, proof ${proven}, EVM ${executed} (range in millionths)`);
  narrator.check("reference, proof and EVM say the same", executed === reference && proven === reference);
  const fee = await stage.reader.readContract({ address: dapp.pool, abi: dynamicFeePoolAbi, functionName: "fee" });
  narrator.check("the pool's fee is the model's answer", fee === expectedFee(model, hour));
  return { fee };
}

/** Proves the hour for nobody in particular. @returns the packed outputs that the proof shows */
async function proveHour(context: CallContext, hour: StoryHour, { fact, check }: Narrator): Promise<bigint> {
  const { stage, addresses, model } = context;
  const { proof, signals } = await prove(model.circuit, hour.features, 0n);
  const account = addressOf(stage, "trader");
  const registry = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi } as const;
  const args = [model.circuit.keyId, proof, signals] as const;
  check(
    "the chain accepts a proof of the same hour",
    await stage.reader.readContract({ ...registry, functionName: "verify", args }),
  );
  // As transactions of their own, so that both contain the same 21,000.
  const verification = await stage.reader.estimateGas({
    account,
    to: addresses.VerifierRegistry,
    data: encodeFunctionData({ ...registry, functionName: "verify", args }),
  });
  const run = await stage.reader.estimateGas({
    account,
    to: addresses.ModelExecutor,
    data: encodeFunctionData({
      abi: modelExecutorAbi,
      functionName: "run",
      args: [executorModelId(modelBlob(model.circuit.model)), signals[1]],
    }),
  });
  fact("gas", `${verification} to verify the proof, ${run} to run the model, each as a transaction of its own`);
  check("running this model costs the chain less than verifying a proof of it", run < verification);
  return signals[0];
}

/** The pool has paid, and no operator has a part in it. */
function checkPayment({ dapp }: CallContext, logs: Log[], { check }: Narrator): void {
  const [charge] = parseEventLogs({ abi: paymentHubAbi, logs, eventName: "CallCharged" });
  if (charge === undefined) throw new Error("The swap charged nobody.");
  const { payer, gross, publisherPart, operatorPart, treasuryPart } = charge.args;
  check("the pool paid out of its credit", payer === dapp.pool && gross === PRICES.onchain);
  check(
    "publisher and treasury share the price, and no operator",
    operatorPart === 0n && publisherPart + treasuryPart === gross,
  );
}
