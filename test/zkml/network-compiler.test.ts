import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { after, describe, it } from "node:test";

import * as ort from "onnxruntime-web";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { buildFolder, compileNetwork } from "../../zkml/circuit/build-network.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import type { FloatNetwork } from "../../zkml/ir/float-network.ts";
import { traceFloat } from "../../zkml/ir/float-network.ts";
import { decodeRow, encodeRow } from "../../zkml/network/encode.ts";
import { evaluateNetwork } from "../../zkml/network/evaluate-network.ts";
import type { IntegerNetwork } from "../../zkml/network/integer-network.ts";
import { quantiseNetwork } from "../../zkml/network/quantise-network.ts";
import { circuitInputs, signalOf } from "../../zkml/network/signals.ts";
import { importOnnx } from "../../zkml/onnx/import.ts";
import { seededRandom } from "../../zkml/random.ts";
import type { Topology } from "./support/random-onnx.ts";
import { randomOnnx, TOPOLOGIES } from "./support/random-onnx.ts";

const { randomNetworks } = readTestDepth(process.env);

const BINDING = 0xabcdn;
const SALT = 99n;

/** Inputs of 4 bits keep an image within one public signal; whole numbers of tenths are exact. */
const INPUT = { bits: 4, decimals: 1, offset: 8 };

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function quantised(float: FloatNetwork, name: string): IntegerNetwork {
  const options = { outputDecimals: 2, weightBits: 8, activationBits: 10, calibration: [] };
  return quantiseNetwork(float, { name, onnxSha256: "0".repeat(64), input: INPUT, ...options });
}

/** All least, all greatest, then random rows of integers. */
function inputRows(count: number, inputs: number, seed: number): bigint[][] {
  const random = seededRandom(seed);
  const fill = (value: () => number) => Array.from({ length: inputs }, () => BigInt(value()));
  return [fill(() => 0), fill(() => 15), ...Array.from({ length: count }, () => fill(() => Math.floor(random() * 16)))];
}

async function runtimeOutputs(bytes: Uint8Array, { shape }: Topology, rows: readonly (readonly number[])[]) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const outputs: number[][] = [];
  for (const row of rows) {
    const results = await session.run({ input: new ort.Tensor("float32", Float32Array.from(row), [...shape]) });
    const [output] = Object.values(results);
    assert.ok(output !== undefined && typeof output.data !== "string");
    outputs.push(Array.from(output.data as ArrayLike<number | bigint>, Number));
  }
  await session.release();
  return outputs;
}

/** What the runtime gives for the arguments of an activation that was left out at the end. */
function withoutEnding(topology: Topology, outputs: readonly number[]): number[] {
  if (topology.name === "curves") return outputs.map((value) => Math.log(value / (1 - value)));
  // Softmax is the exponential up to a factor.
  if (topology.name === "dense") return outputs.map((value) => Math.log(value / (outputs[0] ?? 1)));
  return [...outputs];
}

for (const topology of TOPOLOGIES) {
  describe(`A random network of the kind "${topology.name}"`, () => {
    const seeds = Array.from({ length: randomNetworks }, (_, index) => 31 * index + topology.name.length);

    it("means what ONNX Runtime makes of it, in floating point and in integers", async () => {
      for (const seed of seeds) {
        const bytes = randomOnnx(topology, seed);
        const float = importOnnx(bytes, topology.name);
        const network = quantised(float, topology.name);
        const integers = inputRows(20, float.inputCount, seed);
        const rows = integers.map((row) => decodeRow(network.input, row));
        assert.deepEqual(encodeRow(network.input, rows[3] ?? []).integers, integers[3]);
        const expected = await runtimeOutputs(bytes, topology, rows);
        let agreeing = 0;
        rows.forEach((row, index) => {
          const { outputs } = traceFloat(float, row);
          const exact = withoutEnding(topology, expected[index] ?? []);
          const given = decodeRow(network.output, evaluateNetwork(network, integers[index] ?? []));
          if (topology.isIndex) {
            assert.equal(outputs.indexOf(Math.max(...outputs)), exact[0]);
            if (given[0] === exact[0]) agreeing += 1;
            return;
          }
          const origin = topology.name === "dense" ? (outputs[0] ?? 0) : 0;
          // Curves are approximated by straight pieces, everything else is rounding of the single precision.
          const tolerance = topology.name === "curves" ? 0.05 : 1e-4;
          outputs.forEach((value, at) => {
            assert.ok(Math.abs(value - origin - (exact[at] ?? 0)) < tolerance, `${topology.name} ${seed}: ${value}`);
            assert.ok(Math.abs(value - (given[at] ?? 0)) < 0.1, `${topology.name} ${seed}: ${value} ${given[at]}`);
          });
        });
        if (topology.isIndex) assert.ok(agreeing >= rows.length - 2, `${agreeing} of ${rows.length} agree`);
      }
    });

    it("has a circuit that gives what the reference gives, as large as counted, without freedom", async () => {
      for (const seed of seeds) {
        const network = quantised(importOnnx(randomOnnx(topology, seed), topology.name), topology.name);
        const folder = buildFolder();
        folders.push(folder);
        const compiled = await compileNetwork(network, folder);
        assert.ok(compiled.constraints < 2 ** 11, `${compiled.constraints} constraints`);
        const system = parseR1cs(new Uint8Array(readFileSync(compiled.r1cs)));
        const calculator = await loadWitnessCalculator(compiled.wasm);
        const rows = inputRows(40, network.input.count, seed + 1);
        rows.forEach((row, index) => {
          const witness = calculator.calculate(circuitInputs(network, row, BINDING, SALT));
          const outputs = evaluateNetwork(network, row);
          const signals = [signalOf(network.output, outputs, SALT), signalOf(network.input, row, SALT), BINDING];
          assert.deepEqual(witness.slice(1, 4), signals, row.join(" "));
          if (index < 3) assert.deepEqual(brokenConstraints(system, witness), []);
        });
      }
    });
  });
}
