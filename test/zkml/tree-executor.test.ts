import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { network } from "hardhat";
import { bytesToHex } from "viem";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { ModelFileError } from "../../zkml/errors.ts";
import { executorModelId } from "../../zkml/evm/executor-blob.ts";
import { seededRandom } from "../../zkml/random.ts";
import { evaluateTrees } from "../../zkml/trees/evaluate-trees.ts";
import { treeBlob } from "../../zkml/trees/tree-blob.ts";
import type { Tree, TreeModel } from "../../zkml/trees/tree-model.ts";
import { randomTrees, treeInputs } from "./random-trees.ts";

const { isDeep } = readTestDepth(process.env);

/** Inputs per call. */
const BATCH = 500;

async function deploy() {
  const { viem } = await network.create();
  return viem.deployContract("ModelExecutor", []);
}

let executor: Awaited<ReturnType<typeof deploy>>;

before(async () => {
  executor = await deploy();
});

/** Runs every input on chain and compares with the golden reference. */
async function compare(model: TreeModel, inputs: readonly (readonly bigint[])[]): Promise<void> {
  const blob = treeBlob(model);
  await executor.write.registerModel([bytesToHex(blob)]);
  const { inputBits, outputBits } = model.layout;
  for (let start = 0; start < inputs.length; start += BATCH) {
    const batch = inputs.slice(start, start + BATCH);
    const packed = batch.map((features) => packIntegers(features, inputBits));
    const expected = batch.map((features) => packIntegers(evaluateTrees(model, features), outputBits));
    assert.deepEqual(await executor.read.runBatch([executorModelId(blob), packed]), expected);
  }
}

describe("tree executor", () => {
  it("runs random ensembles as the golden reference does, with several outputs, argmax and ties", async () => {
    const random = seededRandom(9);
    const upTo = (limit: number) => 1 + Math.floor(random() * limit);
    for (let index = 0; index < (isDeep ? 300 : 20); index += 1) {
      const inputCount = upTo(20);
      const isArgmax = random() < 0.5;
      const model = randomTrees(random, {
        inputCount,
        inputBits: upTo(Math.min(12, Math.floor(248 / inputCount))),
        outputs: isArgmax ? 1 + upTo(8) : upTo(4),
        trees: Math.floor(random() * 15),
        depth: upTo(6),
        leaf: random() < 0.3 ? 2 : 10_000,
        ...(isArgmax ? { head: "argmax" } : {}),
      });
      await compare(model, treeInputs(model, 60, random));
    }
  });

  it("follows paths of 32 questions, and is offered no ensemble larger than contract code", async () => {
    const base = randomTrees(seededRandom(1), { inputCount: 1, inputBits: 6, outputs: 1, trees: 0, depth: 0, leaf: 5 });
    let root: Tree["root"] = 99;
    for (let question = 32; question >= 1; question -= 1)
      root = { feature: 0, threshold: question, low: question, high: root };
    const layout = { ...base.layout, outputBits: 24, outputOffset: 100n };
    const model: TreeModel = { ...base, layout, trees: [{ output: 0, root }] };
    await compare(
      model,
      Array.from({ length: 64 }, (_, value) => [BigInt(value)]),
    );
    const many: TreeModel = { ...model, trees: Array.from({ length: 70 }, () => ({ output: 0, root })) };
    assert.throws(() => treeBlob(many), ModelFileError);
  });
});
