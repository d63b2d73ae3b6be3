import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { compileMain } from "../../zkml/circuit/compile.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { generateCircuit } from "../../zkml/circuit/generate.ts";
import { hashChain } from "../../zkml/circuit/poseidon.ts";
import { witnessInputs } from "../../zkml/circuit/prove.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packWords } from "../../zkml/codec/packed-words.ts";
import { SignalError } from "../../zkml/errors.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerModel } from "../../zkml/model/integer-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { seededRandom } from "../../zkml/random.ts";
import { lieAboutEveryWire, unnoticedEdits } from "./repair.ts";

const INPUTS = 80;
const BITS = 7;
const BINDING = 77n;
const FOLDER = `build/test-wide-${process.pid}`;

/** As the MNIST models, but small: 80 inputs of 7 bits in three words, so that hash, words and long rows all occur. */
const MODEL = smallWideModel();

let system: ConstraintSystem;
let calculator: WitnessCalculator;

function smallWideModel(): IntegerModel {
  const random = seededRandom(12);
  const row = (length: number) => Array.from({ length }, () => Math.floor(random() * 15) - 7);
  return {
    name: "wide",
    onnxSha256: "0".repeat(64),
    layout: {
      inputName: "in",
      outputName: "out",
      inputCount: INPUTS,
      inputBits: BITS,
      inputDecimals: 0,
      inputOffset: 0n,
      outputCount: 1,
      outputBits: 2,
      outputDecimals: 0,
      outputOffset: 0n,
    },
    head: "argmax",
    layers: [
      { weights: Array.from({ length: 4 }, () => row(INPUTS)), bias: [50, -300, 7, 0], shifts: [3, 0, 5, 2] },
      { weights: Array.from({ length: 3 }, () => row(4)), bias: [0, 10, -10], shifts: [0, 0, 0] },
    ],
  };
}

before(async () => {
  mkdirSync(repositoryPath(FOLDER), { recursive: true });
  writeFileSync(repositoryPath(FOLDER, "wide.circom"), generateCircuit(MODEL, "a test"));
  const { r1cs, wasm } = await compileMain(`${FOLDER}/wide.circom`, repositoryPath(FOLDER));
  system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
  calculator = await loadWitnessCalculator(wasm);
});

after(() => rmSync(repositoryPath(FOLDER), { recursive: true, force: true }));

function witnessOf(features: readonly bigint[], salt = 0n): bigint[] {
  return calculator.calculate(witnessInputs(MODEL, features, BINDING, salt));
}

function randomInputs(random: () => number): bigint[] {
  const bits = 1 + Math.floor(random() * BITS);
  return Array.from({ length: INPUTS }, () => BigInt(Math.floor(random() * 2 ** bits)));
}

describe("circuit of a model with inputs of several words", () => {
  it("gives what the golden reference gives, and the hash of words and salt", () => {
    const random = seededRandom(31);
    const rows = [Array<bigint>(INPUTS).fill(0n), Array<bigint>(INPUTS).fill(127n)];
    for (const row of MODEL.layers[0]?.weights ?? []) rows.push(row.map((weight) => (weight > 0 ? 127n : 0n)));
    while (rows.length < 30) rows.push(randomInputs(random));
    for (const [salt, features] of rows.entries()) {
      const witness = witnessOf(features, BigInt(salt));
      const commitment = hashChain([...packWords(features, BITS), BigInt(salt)]);
      assert.deepEqual(witness.slice(1, 4), [...evaluate(MODEL, features), commitment, BINDING]);
      assert.deepEqual(brokenConstraints(system, witness), []);
    }
  });

  it("publishes output, commitment and binding only", () => {
    assert.deepEqual([system.publicOutputs, system.publicInputs, system.privateInputs], [2, 1, 4]);
  });

  it("rejects input beyond a word or in the unused part of the last", () => {
    const words = packWords(randomInputs(seededRandom(1)), BITS);
    assert.doesNotThrow(() => calculator.calculate({ words, salt: 0n, callBinding: BINDING }));
    const tooLong = words.with(2, 1n << BigInt((INPUTS - 70) * BITS));
    for (const bad of [words.with(0, 1n << 245n), tooLong, words.with(1, FIELD_MODULUS - 1n)]) {
      assert.throws(() => calculator.calculate({ words: bad, salt: 0n, callBinding: BINDING }), SignalError);
    }
  });

  it("cannot prove any witness with an edited wire", () => {
    const witness = witnessOf(randomInputs(seededRandom(2)), 9n);
    assert.deepEqual(unnoticedEdits(system, witness), []);
    assert.ok(lieAboutEveryWire(system, witness, 97).least > 0);
  });
});
