import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { buildFolder, compileNetwork, plainConstraints } from "../../zkml/circuit/build-network.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { undeterminedWires } from "../../zkml/circuit/uniqueness.ts";
import { SignalError } from "../../zkml/errors.ts";
import { evaluateNetwork } from "../../zkml/network/evaluate-network.ts";
import { circuitInputs, elementsOf, signalOf } from "../../zkml/network/signals.ts";
import { EVERY_NODE } from "./every-node.ts";
import { forgeWire } from "./forge-wire.ts";

const BINDING = 77n;

/** The deep tests go through all inputs; 29 shares no factor with the width of a value. */
const INPUT_STEP = readTestDepth(process.env).randomNetworks > 1 ? 1 : 29;

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

  it("cannot prove any witness with one forged wire and the products that follow from it", () => {
    let forged = 0;
    for (const inputs of [
      [0n, 0n, 0n],
      [15n, 15n, 15n],
      [9n, 4n, 13n],
      [15n, 0n, 7n],
      [0n, 15n, 8n],
    ]) {
      const witness = witnessOf(inputs);
      assert.deepEqual(brokenConstraints(system, witness), []);
      for (let wire = 1; wire < witness.length; wire += 1) {
        // The binding is the verifier's: another one is another statement.
        if (wire === 1 + system.publicOutputs + system.publicInputs - 1) continue;
        const honest = witness[wire] ?? 0n;
        for (const value of [
          honest + 1n,
          honest - 1n,
          1n - honest,
          -honest,
          honest + 16n,
          honest - 16n,
          FIELD_MODULUS - 1n,
        ]) {
          const claimed = ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
          if (claimed === honest) continue;
          const edited = forgeWire(system, witness, wire, claimed);
          assert.notEqual(
            brokenConstraints(system, edited).length,
            0,
            `wire ${wire} = ${value} at ${inputs.join(" ")}`,
          );
          forged += 1;
        }
      }
    }
    assert.ok(forged > 2_000, `${forged} forgeries`);
  });

  it("leaves nothing open, and something as soon as any constraint is missing", async () => {
    const plain = await plainConstraints(EVERY_NODE, folder);
    assert.deepEqual(undeterminedWires(plain), []);
    plain.constraints.forEach((_, index) => {
      assert.notEqual(undeterminedWires(plain, index).length, 0, `without constraint ${index}`);
    });
  });

  it("cannot prove the outputs of other inputs", () => {
    const honest = witnessOf([9n, 4n, 13n]);
    const [other = 0n] = elementsOf(EVERY_NODE.input, [9n, 4n, 12n]);
    assert.notEqual(brokenConstraints(system, honest.with(2, other)).length, 0);
    assert.notEqual(brokenConstraints(system, honest.with(1, (honest[1] ?? 0n) + 1n)).length, 0);
  });
});
