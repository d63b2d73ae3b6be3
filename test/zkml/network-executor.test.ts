import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { network } from "hardhat";
import { bytesToHex } from "viem";

import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { executorBlob, executorModelId } from "../../zkml/evm/executor-blob.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import { denseModelOf } from "../../zkml/network/dense-model.ts";
import { evaluateNetwork } from "../../zkml/network/evaluate-network.ts";
import { quantiseNetwork } from "../../zkml/network/quantise-network.ts";
import { importOnnx } from "../../zkml/onnx/import.ts";
import { seededRandom } from "../../zkml/random.ts";
import type { Topology } from "./support/random-onnx.ts";
import { randomOnnx, TOPOLOGIES } from "./support/random-onnx.ts";

/** Convolution, normalisation and average pooling are sums; only relus are left, so the executor can run it. */
const SCANNER: Topology = {
  name: "scanner",
  shape: [1, 1, 6, 5],
  isIndex: true,
  build: ({ add, constant }, input) => {
    const wave = add("Conv", [input, constant([3, 1, 2, 2]), constant([3])], { kernel_shape: [2, 2], strides: [2, 1] });
    const pooled = add("AveragePool", [add("Relu", [wave])], { kernel_shape: [1, 2], strides: [1, 2] });
    const hidden = add("Relu", [add("Gemm", [add("Flatten", [pooled]), constant([18, 6]), constant([6])])]);
    return add("ArgMax", [add("Gemm", [hidden, constant([6, 4]), constant([4])])], { axis: 1, keepdims: 0 });
  },
};

const INPUT = { bits: 6, decimals: 1, offset: 32 };

function compiled(topology: Topology, seed: number) {
  const options = { name: "net", onnxSha256: "0".repeat(64), input: INPUT, outputDecimals: 2 };
  const precision = { weightBits: 8, activationBits: 12, calibration: [] };
  return quantiseNetwork(importOnnx(randomOnnx(topology, seed), topology.name), { ...options, ...precision });
}

describe("A network of relu layers", () => {
  it("runs inside the EVM with the outputs of the reference", async () => {
    const { viem } = await network.create();
    const executor = await viem.deployContract("ModelExecutor", []);
    for (const seed of [1, 2]) {
      const net = compiled(SCANNER, seed);
      const model = denseModelOf(net);
      assert.ok(typeof model !== "string");
      const blob = executorBlob(model);
      await executor.write.registerModel([bytesToHex(blob)]);
      const random = seededRandom(seed);
      const rows = Array.from({ length: 40 }, () =>
        Array.from({ length: net.input.count }, () => BigInt(Math.floor(random() * 64))),
      );
      const packed = rows.map((row) => packIntegers(row, net.input.bits));
      const expected = rows.map((row) => evaluateNetwork(net, row));
      rows.forEach((row, index) => assert.deepEqual(evaluate(model, row), expected[index]));
      const answers = await executor.read.runBatch([executorModelId(blob), packed]);
      assert.deepEqual(
        answers,
        expected.map((outputs) => packIntegers(outputs, net.output.bits)),
      );
    }
  });

  it("is told from networks that the executor cannot run, with the reason", () => {
    const reasonOf = (name: string) => {
      const topology = TOPOLOGIES.find((candidate) => candidate.name === name);
      assert.ok(topology);
      return denseModelOf(compiled(topology, 1));
    };
    assert.equal(reasonOf("dense"), "it has negative outputs");
    assert.equal(reasonOf("image"), "its inputs or outputs do not fit one field element");
    assert.equal(reasonOf("rules"), 'it has a node of the kind "step"');
  });
});
