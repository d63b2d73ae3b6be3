import { encodeDeployData, encodeFunctionData, getAddress, parseEther, type Address, type Hex } from "viem";
import { candleFeedAbi } from "../../../sdk/src/abi/CandleFeed.ts";
import { demoTokenAbi } from "../../../sdk/src/abi/DemoToken.ts";
import { dynamicFeePoolAbi } from "../../../sdk/src/abi/DynamicFeePool.ts";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { pipeEngineAbi } from "../../../sdk/src/abi/PipeEngine.ts";
import { askNode } from "../../../sdk/src/node-client.ts";
import { prepareInferenceCall, type InferenceAnswer } from "../../../sdk/src/pipe.ts";
import { evaluateModel } from "../../../zkml/model/circuit-model.ts";
import { artifactsIn } from "../../deploy/artifacts.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { feedCandle, type StoryHour } from "../hours.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import { approve } from "./stake.ts";
import { MODEL_ID, PRICES, type PublishedModel } from "./publish.ts";

/** The example dapp and its tokens. */
export interface Dapp {
  readonly ether: Address;
  readonly dollar: Address;
  readonly feed: Address;
  readonly pool: Address;
}

/** What the trader sells in every swap, in base units of the demo ether. */
const SALE = parseEther("1");

/** What a pool of the story starts with. */
const LIQUIDITY = { ether: parseEther("1000"), dollar: parseEther("2700000") };

/** Deploys two demo tokens, the candle feed and the pool, and fills the pool. */
export async function openPool(
  stage: Stage,
  addresses: Addresses,
  artifacts: string,
  narrator: Narrator,
): Promise<Dapp> {
  const provider = addressOf(stage, "liquidityProvider");
  const create = (name: string, args: readonly unknown[]) => deployExample(stage, artifacts, name, args, narrator);
  const ether = await create("DemoToken", ["Demo ether", "dETH", parseEther("1000000"), provider]);
  const dollar = await create("DemoToken", ["Demo dollar", "dUSD", parseEther("1000000000"), provider]);
  const feed = await create("CandleFeed", [provider]);
  const pool = await create("DynamicFeePool", [ether, dollar, addresses.PipeEngine, feed, MODEL_ID, PRICES.onchain]);
  await fillCredit(stage, addresses, pool, narrator);

  const token = (to: Address, functionName: "approve" | "transfer", who: Address, amount: bigint) => ({
    to,
    data: encodeFunctionData({ abi: demoTokenAbi, functionName, args: [who, amount] }),
  });
  const { liquidityProvider, trader } = stage.people;
  const trading = SALE * 100n;
  await narrator.send(liquidityProvider, "approve dETH", token(ether, "approve", pool, LIQUIDITY.ether));
  await narrator.send(liquidityProvider, "approve dUSD", token(dollar, "approve", pool, LIQUIDITY.dollar));
  await narrator.send(liquidityProvider, "add liquidity", {
    to: pool,
    data: encodeFunctionData({
      abi: dynamicFeePoolAbi,
      functionName: "addLiquidity",
      args: [LIQUIDITY.ether, LIQUIDITY.dollar],
    }),
  });
  const to = addressOf(stage, "trader");
  await narrator.send(liquidityProvider, "trader receives dETH", token(ether, "transfer", to, trading));
  await narrator.send(trader, "trader approves dETH", token(ether, "approve", pool, trading));
  await approve(stage, addresses, narrator, "trader", addresses.PaymentHub, parseEther("500"));
  const reserve = await stage.reader.readContract({ address: pool, abi: dynamicFeePoolAbi, functionName: "reserve0" });
  narrator.check("the pool holds the liquidity", reserve === LIQUIDITY.ether);
  return { ether, dollar, feed, pool };
}

/** What the pool has for model calls that it pays itself: those that the EVM answers. */
async function fillCredit(stage: Stage, addresses: Addresses, pool: Address, narrator: Narrator): Promise<void> {
  const amount = PRICES.onchain * 10n;
  await approve(stage, addresses, narrator, "deployer", addresses.PaymentHub, amount);
  await narrator.send(stage.people.deployer, "credit for the pool's own model calls", {
    to: addresses.PaymentHub,
    data: encodeFunctionData({ abi: paymentHubAbi, functionName: "deposit", args: [pool, amount] }),
  });
}

/** Reports candles to the feed. */
export async function reportCandles(
  stage: Stage,
  dapp: Dapp,
  candles: StoryHour["window"],
  narrator: Narrator,
): Promise<void> {
  await narrator.send(stage.people.liquidityProvider, `report ${candles.length} candle(s)`, {
    to: dapp.feed,
    data: encodeFunctionData({ abi: candleFeedAbi, functionName: "report", args: [candles.map(feedCandle)] }),
  });
}

/** What a swap with a model call did. */
export interface ModelSwap {
  readonly answer: InferenceAnswer;
  /** The fee now in force, in millionths. */
  readonly fee: bigint;
  readonly gas: bigint;
  readonly hash: Hex;
  /** Milliseconds that the node took for answer and evidence. */
  readonly nodeMilliseconds: number;
}

/** The call that the trader makes. */
export function swapCall(dapp: Dapp, mode: number): { target: Address; data: Hex } {
  return {
    target: dapp.pool,
    data: encodeFunctionData({ abi: dynamicFeePoolAbi, functionName: "swap", args: [dapp.ether, SALE, 0n, mode] }),
  };
}

/**
 * The trader swaps: his client finds out by simulation that the pool will call the model, has it answered by the node at
 * `nodeUrl`, and sends one transaction that hands the answer in, swaps and pays.
 */
export async function swapThroughPipe(options: {
  stage: Stage;
  addresses: Addresses;
  dapp: Dapp;
  model: PublishedModel;
  hour: StoryHour;
  nodeUrl: string;
  mode: number;
  maxPrice: bigint;
  narrator: Narrator;
}): Promise<ModelSwap> {
  const { stage, addresses, dapp, narrator } = options;
  const account = addressOf(stage, "trader");
  let nodeMilliseconds = 0;
  const { answers, transaction } = await prepareInferenceCall({
    client: stage.reader,
    account,
    forwarder: await forwarderOf(stage, addresses),
    call: swapCall(dapp, options.mode),
    answer: (query) =>
      askNode({
        url: options.nodeUrl,
        chainId: stage.chainId,
        payer: account,
        query,
        maxPrice: options.maxPrice,
        onAnswer: ({ milliseconds }) => {
          nodeMilliseconds = milliseconds;
        },
      }),
  });
  const [answer] = answers;
  narrator.check("the swap needs exactly one model answer", answers.length === 1);
  if (answer === undefined) throw new Error("The pool did not ask the model.");
  const sent = await narrator.send(stage.people.trader, "swap, model call and payment", transaction);
  const fee = await stage.reader.readContract({ address: dapp.pool, abi: dynamicFeePoolAbi, functionName: "fee" });
  narrator.check("the pool's fee is the model's answer", fee === expectedFee(options.model, options.hour));
  return { answer, fee, gas: sent.gasUsed, hash: sent.transactionHash, nodeMilliseconds };
}

/** The fee that the golden reference of the model gives for an hour, in millionths. */
export function expectedFee(model: PublishedModel, hour: StoryHour): bigint {
  const [range = 0n] = evaluateModel(model.circuit.model, hour.features);
  const fee = range / 3n;
  return fee < 500n ? 500n : fee > 10_000n ? 10_000n : fee;
}

/** The forwarder that the engine created. */
export function forwarderOf(stage: Stage, addresses: Addresses): Promise<Address> {
  return stage.reader.readContract({ address: addresses.PipeEngine, abi: pipeEngineAbi, functionName: "FORWARDER" });
}

async function deployExample(
  stage: Stage,
  artifacts: string,
  name: string,
  args: readonly unknown[],
  { note }: Narrator,
): Promise<Address> {
  const { abi, bytecode } = await artifactsIn(artifacts).read(`contracts/examples/${name}.sol`, name);
  const { publicClient, walletClient } = stage.people.liquidityProvider;
  const hash = await walletClient.sendTransaction({ data: encodeDeployData({ abi, bytecode, args }) });
  const receipt = await publicClient.waitForTransactionReceipt({ hash });
  if (!receipt.contractAddress) throw new Error(`${name} was not created by ${hash}.`);
  note(`deploy ${name}`, { transactionHash: hash, gasUsed: receipt.gasUsed });
  return getAddress(receipt.contractAddress);
}
