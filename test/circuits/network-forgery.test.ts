import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { buildFolder, compileNetwork } from "../../zkml/circuit/build-network.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { undeterminedWires } from "../../zkml/circuit/uniqueness.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { SignalError } from "../../zkml/errors.ts";
import { evaluateNetwork } from "../../zkml/network/evaluate-network.ts";
import { circuitInputs, signalOf } from "../../zkml/network/signals.ts";
import { EVERY_NODE } from "./every-node.ts";
import { lieAboutEveryWire } from "./repair.ts";

const BINDING = 77n;

/** The deep tests go through all inputs; 29 shares no factor with the width of a value. */
const INPUT_STEP = readTestDepth(process.env).isDeep ? 1 : 29;

describe("The circuit of a network with every kind of node", () => {
  const folder = buildFolder();
  let system: ConstraintSystem;
  let calculator: WitnessCalculator;
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const compiled = await compileNetwork(EVERY_NODE, folder);
    // Its parts: 12 bits of inputs, the nodes, the binding.
    assert.equal(compiled.constraints, 12 + 70 + 1);
    system = parseR1cs(new Uint8Array(readFileSync(compiled.r1cs)));
    calculator = await loadWitnessCalculator(compiled.wasm);
  });

  const witnessOf = (inputs: readonly bigint[]) => calculator.calculate(circuitInputs(EVERY_NODE, inputs, BINDING, 0n));

  it("gives what the reference gives for inputs all over their range", () => {
    for (let packed = 0; packed < 2 ** 12; packed += INPUT_STEP) {
      const inputs = [packed & 15, (packed >> 4) & 15, packed >> 8].map(BigInt);
      const outputs = evaluateNetwork(EVERY_NODE, inputs);
      assert.equal(
        calculator.calculate({ packedInputs: BigInt(packed), callBinding: BINDING })[1],
        signalOf(EVERY_NODE.output, outputs, 0n),
      );
    }
  });

  it("rejects inputs with more bits, and the negative of a packed value", () => {
    for (const packedInputs of [1n << 12n, FIELD_MODULUS - 5n]) {
      assert.throws(() => calculator.calculate({ packedInputs, callBinding: BINDING }), SignalError);
    }
  });

  it("cannot prove any lie about one wire, carried through every equation", () => {
    for (const inputs of [
      [0n, 0n, 0n],
      [15n, 15n, 15n],
      [9n, 4n, 13n],
      [15n, 0n, 7n],
      [0n, 15n, 8n],
    ]) {
      const witness = witnessOf(inputs);
      assert.deepEqual(brokenConstraints(system, witness), []);
      const { least, changed } = lieAboutEveryWire(system, witness);
      assert.ok(least > 0 && changed > 50, `${least}, ${changed} at ${inputs.join(" ")}`);
    }
  });

  it("leaves a wire open as soon as any constraint is missing", () => {
    system.constraints.forEach((_, index) => {
      assert.notEqual(undeterminedWires(system, index).length, 0, `without constraint ${index}`);
    });
  });

  it("cannot prove the outputs of other inputs", () => {
    const honest = witnessOf([9n, 4n, 13n]);
    const other = packIntegers([9n, 4n, 12n], EVERY_NODE.input.bits);
    assert.notEqual(brokenConstraints(system, honest.with(2, other)).length, 0);
    assert.notEqual(brokenConstraints(system, honest.with(1, (honest[1] ?? 0n) + 1n)).length, 0);
  });
});
