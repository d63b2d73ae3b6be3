import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { network } from "hardhat";
import type { Hex } from "viem";
import { bytesToHex } from "viem";

import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { ModelFileError } from "../../zkml/errors.ts";
import { executorBlob, executorModelId } from "../../zkml/evm/executor-blob.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerLayer, IntegerModel } from "../../zkml/model/integer-model.ts";
import { seededRandom } from "../../zkml/random.ts";
import { inputsOf } from "./support/model-inputs.ts";

/** Inputs per call: a run costs 10,000 to 30,000 gas, and the node stops calls at its block's gas limit. */
const BATCH = 500;

/** The most gas of a transaction on Base. */
const TRANSACTION_GAS = 16_777_216n;

async function deploy() {
  const { viem } = await network.create();
  return { viem, executor: await viem.deployContract("ModelExecutor", []) };
}

let executor: Awaited<ReturnType<typeof deploy>>["executor"];
let viem: Awaited<ReturnType<typeof deploy>>["viem"];

before(async () => {
  ({ viem, executor } = await deploy());
});

async function register(model: IntegerModel): Promise<Hex> {
  const blob = executorBlob(model);
  await executor.write.registerModel([bytesToHex(blob)], { gas: TRANSACTION_GAS });
  return executorModelId(blob);
}

/** Runs every input on chain and compares with the golden reference. */
async function compare(model: IntegerModel, inputs: readonly (readonly bigint[])[]): Promise<void> {
  const modelId = await register(model);
  for (let start = 0; start < inputs.length; start += BATCH) {
    const batch = inputs.slice(start, start + BATCH);
    const packed = batch.map((features) => packIntegers(features, model.layout.inputBits));
    const expected = batch.map((features) => packIntegers(evaluate(model, features), model.layout.outputBits));
    assert.deepEqual(await executor.read.runBatch([modelId, packed]), expected, model.name);
  }
}

/** A random network of one to four layers that the interval analysis admits. */
function randomModel(random: () => number, index: number): IntegerModel {
  const upTo = (limit: number) => 1 + Math.floor(random() * limit);
  const argmax = random() < 0.4;
  const inputCount = upTo(20);
  const inputBits = upTo(Math.min(12, Math.floor(248 / inputCount)));
  const layers: IntegerLayer[] = [];
  let maximum = 2 ** inputBits - 1;
  let inputs = inputCount;
  const depth = upTo(4);
  for (let layer = 0; layer < depth; layer += 1) {
    const isLast = layer === depth - 1;
    const outputs = isLast ? 1 + upTo(5) : upTo(20);
    const room = Math.min(127, Math.floor(2 ** 29 / (maximum * inputs)));
    const weight = () => Math.round((2 * random() - 1) * (random() < 0.1 ? room : Math.min(room, 40)));
    const greatest = room * maximum * inputs + 1000;
    const shift = isLast && argmax ? 0 : Math.max(0, Math.ceil(Math.log2(greatest)) - 12);
    layers.push({
      weights: Array.from({ length: outputs }, () => Array.from({ length: inputs }, weight)),
      bias: Array.from({ length: outputs }, () => Math.round((2 * random() - 1) * 1000)),
      shifts: Array.from({ length: outputs }, () => shift),
    });
    maximum = Math.max(1, Math.floor(greatest / 2 ** shift));
    inputs = outputs;
  }
  return {
    name: `random-${index}`,
    onnxSha256: "0".repeat(64),
    layout: {
      inputName: "in",
      outputName: "out",
      inputCount,
      inputBits,
      inputDecimals: 0,
      inputOffset: 0n,
      outputCount: argmax ? 1 : inputs,
      outputBits: argmax ? 3 : 32,
      outputDecimals: 0,
      outputOffset: 0n,
    },
    ...(argmax ? { head: "argmax" } : {}),
    layers,
  };
}

/** One neuron of one input with the greatest sums of 32 bits, on either side. */
function edgeModel(bias: number, weight: number): IntegerModel {
  return {
    ...randomModel(seededRandom(1), 0),
    name: "edge",
    layout: { ...randomModel(seededRandom(1), 0).layout, inputCount: 1, inputBits: 24, outputCount: 1, outputBits: 31 },
    layers: [{ weights: [[weight]], bias: [bias], shifts: [0] }],
  };
}

describe("model executor", () => {
  it("runs random networks as the golden reference does, argmax and ties included", async () => {
    const random = seededRandom(7);
    for (let index = 0; index < 25; index += 1) {
      const model = randomModel(random, index);
      await compare(model, inputsOf(model, 60, random));
    }
  });

  it("gives the lowest index of several equal classes", async () => {
    const base = randomModel(seededRandom(1), 0);
    const model: IntegerModel = {
      ...base,
      layout: { ...base.layout, inputCount: 3, inputBits: 4, outputCount: 1, outputBits: 2 },
      head: "argmax",
      layers: [
        {
          weights: [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ],
          bias: [-8, -8, -8],
          shifts: [0, 0, 0],
        },
      ],
    };
    const inputs = Array.from({ length: 64 }, (_, index) => [index & 3, (index >> 2) & 3, index >> 4].map(BigInt));
    assert.deepEqual(evaluate(model, [1n, 3n, 3n]), [1n]);
    assert.deepEqual(evaluate(model, [0n, 0n, 0n]), [0n]);
    await compare(model, inputs);
  });

  it("holds sums up to the edge of 32 bits, and refuses those beyond it as the analysis does", async () => {
    const greatest = 2 ** 24 - 1;
    const below = 2 ** 31 - 1 - 127 * greatest;
    await compare(edgeModel(below, 127), [[0n], [1n], [BigInt(greatest)]]);
    await compare(edgeModel(-(2 ** 31) + 128 * greatest, -128), [[0n], [BigInt(greatest)]]);
    assert.throws(() => executorBlob(edgeModel(below + 1, 127)), ModelFileError);
    // The same bytes, written past the TypeScript check: only the bias differs from an admitted blob.
    const blob = executorBlob(edgeModel(below, 127));
    const view = new DataView(blob.buffer, blob.byteOffset);
    view.setUint32(32, view.getUint32(32) + 1);
    await viem.assertions.revertWithCustomErrorWithArgs(
      executor.write.registerModel([bytesToHex(blob)]),
      executor,
      "ExecutorAccumulatorOverflow",
      [0n, 0n, BigInt(below + 1), 2n ** 31n],
    );
  });

  it("knows a model by the id that the emitter computes, and stores it once", async () => {
    const model = randomModel(seededRandom(3), 3);
    const blob = bytesToHex(executorBlob(model));
    const modelId = executorModelId(executorBlob(model));
    assert.equal(await executor.read.modelIdOf([blob]), modelId);
    assert.equal(await executor.read.isRegistered([modelId]), false);
    await executor.write.registerModel([blob]);
    const client = await viem.getPublicClient();
    const store = await executor.read.storeOf([modelId]);
    assert.equal(await client.getCode({ address: store }), `0x00${blob.slice(2)}`);
    await executor.write.registerModel([blob]);
    assert.ok(await executor.read.isRegistered([modelId]));
  });

  it("is offered no model that is too deep, too wide or too large", () => {
    const base = randomModel(seededRandom(1), 0);
    const layer = (inputs: number, outputs: number, weight = 0): IntegerLayer => ({
      weights: Array.from({ length: outputs }, () => Array<number>(inputs).fill(weight)),
      bias: Array<number>(outputs).fill(0),
      shifts: Array<number>(outputs).fill(weight === 0 ? 0 : 24),
    });
    const layout = { ...base.layout, inputCount: 8, inputBits: 8, outputCount: 1, outputBits: 8 };
    const { name, onnxSha256 } = base;
    const model = (layers: IntegerLayer[]): IntegerModel => ({ name, onnxSha256, layout, layers });
    const deep = [layer(8, 1), ...Array.from({ length: 9 }, () => layer(1, 1))];
    assert.throws(() => executorBlob(model(deep)), /10 layers/);
    assert.throws(() => executorBlob(model([layer(8, 249), layer(249, 1)])), /249 neurons/);
    assert.throws(() => executorBlob(model([layer(8, 200, 100), layer(200, 200, 100), layer(200, 1, 100)])), /bytes/);
  });
});
