import { decodeEventLog, parseEther } from "viem";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { InferenceMode } from "../../../sdk/src/tensors.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import type { StoryHour } from "../hours.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import { PRICES, type PublishedModel } from "./publish.ts";
import { reportCandles, swapThroughPipe, type Dapp, type ModelSwap } from "./trade.ts";

/** What the call chapters share. */
export interface CallContext {
  readonly stage: Stage;
  readonly addresses: Addresses;
  readonly dapp: Dapp;
  readonly model: PublishedModel;
  readonly nodeUrl: string;
}

/** The pool calls the model inside the trader's transaction, answered by an enclave; the publisher is paid by that call. */
export async function callWithEnclave(context: CallContext, hour: StoryHour, narrator: Narrator): Promise<ModelSwap> {
  await reportCandles(context.stage, context.dapp, hour.window, narrator);
  const swap = await swapThroughPipe({
    ...context,
    hour,
    mode: InferenceMode.TEE,
    maxPrice: PRICES.tee,
    narrator,
  });
  await checkPayment(context, swap, PRICES.tee, narrator);
  narrator.fact("answer", `a range of ${Number(swap.fee * 3n) / 10_000} %, so a fee of ${Number(swap.fee) / 10_000} %`);
  narrator.fact("evidence", "the enclave's EIP-712 signature over the receipt");
  return swap;
}

/** The same an hour later, with a zero-knowledge proof instead of a signature. */
export async function callWithProof(context: CallContext, hour: StoryHour, narrator: Narrator): Promise<ModelSwap> {
  await reportCandles(context.stage, context.dapp, hour.window.slice(-1), narrator);
  const swap = await swapThroughPipe({
    ...context,
    hour,
    mode: InferenceMode.ZK,
    maxPrice: PRICES.zk,
    narrator,
  });
  await checkPayment(context, swap, PRICES.zk, narrator);
  narrator.fact("proof", `Groth16, made in ${(swap.nodeMilliseconds / 1_000).toFixed(2)} s, verified in the swap`);
  return swap;
}

/** Lives through the remaining hours: one candle, one swap, one fee each. */
export async function liveOn(
  context: CallContext,
  hours: readonly StoryHour[],
  onHour: (done: number) => void,
  narrator: Narrator,
): Promise<ModelSwap[]> {
  const swaps: ModelSwap[] = [];
  for (const hour of hours) {
    await reportCandles(context.stage, context.dapp, hour.window.slice(-1), narrator);
    swaps.push(await swapThroughPipe({ ...context, hour, mode: InferenceMode.TEE, maxPrice: PRICES.tee, narrator }));
    onHour(swaps.length);
  }
  const fees = swaps.map(({ fee }) => Number(fee) / 10_000);
  narrator.fact("fees", `from ${Math.min(...fees)} % to ${Math.max(...fees)} %`);
  return swaps;
}

/** Reads the charge out of the swap's own transaction. */
async function checkPayment(
  { stage, addresses }: CallContext,
  swap: ModelSwap,
  price: bigint,
  { check }: Narrator,
): Promise<void> {
  const { logs } = await stage.reader.getTransactionReceipt({ hash: swap.hash });
  const [charge] = logs
    .filter(({ address }) => address.toLowerCase() === addresses.PaymentHub.toLowerCase())
    .map((log) => decodeEventLog({ abi: paymentHubAbi, data: log.data, topics: log.topics }))
    .filter((event) => event.eventName === "CallCharged");
  if (charge === undefined) throw new Error(`The swap ${swap.hash} charged nobody.`);
  const { payer, gross, publisherPart, operatorPart, treasuryPart } = charge.args;
  check("the trader paid in the same transaction", payer === addressOf(stage, "trader") && gross === price);
  check(
    "publisher, operator and treasury share the price exactly",
    publisherPart + operatorPart + treasuryPart === gross,
  );
  check("the publisher earned OPG by this call", publisherPart > parseEther("1"));
}
