import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import { compileCircuit } from "../../zkml/circuit/build.ts";
import { circuitEntries, circuitEntry, circuitModel, classEntries, classEntry } from "../../zkml/circuit/catalogue.ts";
import type { ClassShape } from "../../zkml/circuit/class-shape.ts";
import { CLASS_OUTPUT_BITS, classModelHash, classParameters } from "../../zkml/circuit/class-shape.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { hashChain } from "../../zkml/circuit/poseidon.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { CIRCUIT_SIGNALS, circuitSignalsLibrary, signalIndex } from "../../zkml/circuit/signals.ts";
import { undeterminedWires } from "../../zkml/circuit/uniqueness.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { CircuitError, ModelFileError, SignalError } from "../../zkml/errors.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerLayer, IntegerModel } from "../../zkml/model/integer-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { seededRandom } from "../../zkml/random.ts";
import { readTestDepth } from "../../scripts/lib/test-depth.ts";

const ENTRY = classEntry("class-8-16-1");
const BINDING = 99n;
const FEE = denseModel(circuitModel(circuitEntry("fee")));
const DIGITS = denseModel(circuitModel(circuitEntry("digits")));

let system: ConstraintSystem;
let calculator: WitnessCalculator;

before(async () => {
  const { r1cs, wasm } = await compileCircuit(ENTRY.name, { onProgress: (text) => process.stderr.write(`${text}\n`) });
  system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
  calculator = await loadWitnessCalculator(wasm);
});

/** A model of the class with weights, biases and shifts from the whole of their ranges. */
function randomModel(random: () => number): IntegerModel {
  const within = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const layer = (inputs: number, outputs: number, bias: number, shift: number): IntegerLayer => ({
    weights: Array.from({ length: outputs }, () => Array.from({ length: inputs }, () => within(-128, 127))),
    bias: Array.from({ length: outputs }, () => within(-bias, bias - 1)),
    shifts: Array.from({ length: outputs }, () => within(0, shift)),
  });
  return { ...FEE, name: "random", layers: [layer(8, 16, 2 ** 19, 7), layer(16, 1, 2 ** 23, 12)] };
}

function witnessOf(model: IntegerModel, features: readonly bigint[]): bigint[] {
  return calculator.calculate({
    packedInputs: packIntegers(features, 12),
    parameters: classParameters(ENTRY.class, model),
    callBinding: BINDING,
  });
}

describe("class circuit: agreement", () => {
  it("gives what the golden reference gives for the fee model and for random models, at extremes too", () => {
    const random = seededRandom(41);
    const runs = readTestDepth(process.env).isDeep ? 1_250 : 64;
    for (let run = 0; run < runs; run += 1) {
      const model = run % 4 === 0 ? FEE : randomModel(random);
      const bits = 1 + Math.floor(random() * 12);
      const row = model.layers[0]?.weights[run % 16] ?? [];
      const extreme = row.map((weight) => (weight > 0 === run % 2 < 1 ? 4095n : 0n));
      const features = run % 3 === 0 ? extreme : row.map(() => BigInt(Math.floor(random() * 2 ** bits)));
      const witness = witnessOf(model, features);
      const [output = 0n] = evaluate(model, features);
      const data = (packIntegers(features, 12) << BigInt(CLASS_OUTPUT_BITS)) + output;
      assert.deepEqual(witness.slice(1, 4), [data, classModelHash(ENTRY.class, model), BINDING]);
      if (run < 8) assert.deepEqual(brokenConstraints(system, witness), []);
    }
  });

  it("runs a dead neuron and a network of zeros", () => {
    const zeros = (inputs: number, outputs: number): IntegerLayer => ({
      weights: Array.from({ length: outputs }, () => Array<number>(inputs).fill(0)),
      bias: Array<number>(outputs).fill(0),
      shifts: Array<number>(outputs).fill(0),
    });
    const model = { ...FEE, layers: [zeros(8, 16), zeros(16, 1)] };
    const witness = witnessOf(model, Array<bigint>(8).fill(4095n));
    assert.equal((witness[1] ?? 1n) & ((1n << BigInt(CLASS_OUTPUT_BITS)) - 1n), 0n);
  });
});

describe("class circuit: cannot prove", () => {
  it("anything but what inputs and parameters give: every wire follows from them", () => {
    assert.deepEqual(undeterminedWires(system), []);
  });

  it("another model under the same hash, or parameters out of their widths", () => {
    const parameters = classParameters(ENTRY.class, FEE);
    const inputs = { packedInputs: 5n, callBinding: BINDING };
    const hash = calculator.calculate({ ...inputs, parameters })[2];
    assert.equal(hash, hashChain(parameters));
    parameters.forEach((word, at) => {
      const other = parameters.with(at, word ^ 1n);
      assert.notEqual(calculator.calculate({ ...inputs, parameters: other })[2], hash, `word ${at}`);
      // Every word is full or has a known width: a bit above it has no witness.
      for (const beyond of [word + (1n << 248n), FIELD_MODULUS - 1n]) {
        const wide = parameters.with(at, beyond);
        assert.throws(() => calculator.calculate({ ...inputs, parameters: wide }), SignalError, `word ${at}`);
      }
    });
    assert.throws(() => calculator.calculate({ packedInputs: 1n << 96n, parameters, callBinding: 1n }), SignalError);
  });
});

describe("models of a class", () => {
  const shape = ENTRY.class;
  const [hidden, output] = FEE.layers as [IntegerLayer, IntegerLayer];
  const digitsShape = classEntry("class-64-32-10").class;

  it("are hashed by all of their parameters, classifiers too", () => {
    assert.equal(classParameters(shape, FEE).length, system.privateInputs - 1);
    assert.equal(classModelHash(digitsShape, DIGITS), hashChain(classParameters(digitsShape, DIGITS)));
    const changed = { ...hidden, shifts: hidden.shifts.with(3, 7 - (hidden.shifts[3] ?? 0)) };
    assert.notEqual(classModelHash(shape, { ...FEE, layers: [changed, output] }), classModelHash(shape, FEE));
  });

  const misfits: [string, ClassShape, IntegerModel, RegExp][] = [
    ["other inputs", { ...shape, inputs: 9 }, FEE, /8 inputs of 12 bits/],
    ["inputs of another width", { ...shape, inputBits: 11 }, FEE, /8 inputs of 12 bits/],
    ["another hidden layer", { ...shape, hidden: 17 }, FEE, /16, 1 neurons/],
    ["another head", { ...shape, layers: [shape.layers[0], { biasBits: 24 }] }, FEE, /head/],
    ["a shift above the class's", { ...shape, layers: [{ biasBits: 20, shift: 1 }, shape.layers[1]] }, FEE, /shift/],
    ["a bias above the class's", { ...shape, layers: [{ biasBits: 8, shift: 7 }, shape.layers[1]] }, FEE, /bias/],
  ];
  for (const [what, other, model, reason] of misfits) {
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => classParameters(other, model),
        (error) => error instanceof ModelFileError && reason.test(error.message),
      );
    });
  }
});

describe("places of public signals", () => {
  it("are in the Solidity library as in the catalogue", () => {
    assert.equal(readFileSync(repositoryPath(CIRCUIT_SIGNALS), "utf8"), circuitSignalsLibrary());
    for (const entry of [...circuitEntries(), ...classEntries()]) {
      assert.equal(signalIndex(entry, "callBinding"), 2);
      assert.equal(entry.publicSignals.length, 3);
    }
    assert.equal(signalIndex(ENTRY, "modelHash"), 1);
    assert.throws(() => signalIndex(ENTRY, "packedInputs"), CircuitError);
  });
});
