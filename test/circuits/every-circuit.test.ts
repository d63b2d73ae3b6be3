import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { buildCircuit, compileCircuit } from "../../zkml/circuit/build.ts";
import type { CircuitEntry, ClassEntry } from "../../zkml/circuit/catalogue.ts";
import { circuitEntries, circuitEntry, circuitModel, classEntries, isSmall } from "../../zkml/circuit/catalogue.ts";
import { classParameters } from "../../zkml/circuit/class-shape.ts";
import { witnessInputs } from "../../zkml/circuit/prove.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";
import { seededRandom } from "../../zkml/random.ts";
import { lieAboutEveryWire, unnoticedEdits } from "./repair.ts";

const { isDeep } = readTestDepth(process.env);

/** So many wires of a circuit are lied about with all consequences; editing one alone is tried for every wire. */
const LIES = isDeep ? 100 : 12;

const BINDING = 0x1234_5678n;

/** The circuits that `npm test` compiles anyway, and in the deep tests all. */
const entries = [...circuitEntries(), ...classEntries()].filter(
  (entry) => isDeep || isSmall(entry) || entry.name === "class-8-16-1",
);

/** Input signals of a circuit for some inputs of its model, or of the model that stands for its class. */
function signalsOf(entry: CircuitEntry | ClassEntry, value: (index: number) => bigint) {
  const model = circuitModel("class" in entry ? circuitEntry(entry.example) : entry);
  const { inputCount, inputBits } = model.layout;
  const features = Array.from({ length: inputCount }, (_, index) => value(index) % (1n << BigInt(inputBits)));
  if (!("class" in entry)) return witnessInputs(model, features, BINDING, 5n);
  const parameters = classParameters(entry.class, denseModel(model));
  return { packedInputs: packIntegers(features, inputBits), parameters, callBinding: BINDING };
}

describe("a shipped circuit refuses", () => {
  for (const entry of entries) {
    it(`every witness of ${entry.name} with an edited wire, and lies carried through all equations`, async () => {
      const { r1cs, wasm } = await (isSmall(entry) && "model" in entry
        ? buildCircuit(entry.name)
        : compileCircuit(entry.name));
      const system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
      const calculator = await loadWitnessCalculator(wasm);
      const random = seededRandom(11);
      const inputs = [() => 0n, () => 2n ** 31n - 1n, () => BigInt(Math.floor(random() * 2 ** 31))];
      for (const value of inputs) {
        const witness = calculator.calculate(signalsOf(entry, value));
        assert.deepEqual(brokenConstraints(system, witness), []);
        assert.deepEqual(unnoticedEdits(system, witness), []);
      }
      const witness = calculator.calculate(signalsOf(entry, (index) => BigInt(97 * index)));
      const { least } = lieAboutEveryWire(system, witness, Math.ceil(system.wires / LIES));
      assert.ok(least > 0 && Number.isFinite(least));
    });
  }

  it("edits by a search that is not blind: without a constraint it finds some", async () => {
    const { r1cs, wasm } = await buildCircuit("fee");
    const system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
    const witness = (await loadWitnessCalculator(wasm)).calculate(signalsOf(circuitEntry("fee"), () => 700n));
    // The square of the binding is in no other constraint than its own.
    const square = system.constraints.findIndex(([a, b]) => a[0]?.[0] === 3 && b[0]?.[0] === 3);
    const constraints = system.constraints.filter((_, index) => index !== square);
    assert.equal(unnoticedEdits({ ...system, constraints }, witness).length, 1);
  });
});
