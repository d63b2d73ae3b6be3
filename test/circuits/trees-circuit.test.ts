import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import type { CompiledCircuit } from "../../zkml/circuit/compile.ts";
import { compileMain } from "../../zkml/circuit/compile.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { splitCredit } from "../../zkml/data/credit.ts";
import { SignalError } from "../../zkml/errors.ts";
import { evaluateModel } from "../../zkml/model/circuit-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { seededRandom } from "../../zkml/random.ts";
import { readCreditFile } from "../../zkml/train/credit-report.ts";
import { evaluateTrees } from "../../zkml/trees/evaluate-trees.ts";
import { generateTreeCircuit } from "../../zkml/trees/generate-tree-circuit.ts";
import type { Tree, TreeModel } from "../../zkml/trees/tree-model.ts";
import { randomTrees, treeInputs } from "../zkml/random-trees.ts";
import { lieAboutEveryWire, repair, unnoticedEdits } from "./repair.ts";

const BINDING = 0x1234_5678n;
const { isDeep } = readTestDepth(process.env);

/** Of the wires of a random circuit, every so many is lied about with all consequences. */
const LIE_STEP = isDeep ? 1 : 9;

/** A compiled circuit without keys. */
interface Compiled {
  readonly system: ConstraintSystem;
  readonly calculator: WitnessCalculator;
}

async function openCircuit({ r1cs, wasm }: CompiledCircuit): Promise<Compiled> {
  const system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
  return { system, calculator: await loadWitnessCalculator(wasm) };
}

for (const name of ["trees", "credit"]) {
  describe(`${name} circuit`, () => {
    let circuit: BuiltCircuit;
    let compiled: Compiled;
    let clients: bigint[][];

    before(async () => {
      circuit = await buildCircuit(name, { onProgress: (message) => process.stderr.write(`${message}\n`) });
      compiled = await openCircuit(circuit);
      clients = splitCredit(readCreditFile().samples).test.map(({ features }) => features.map(BigInt));
    });

    function witnessOf(features: readonly bigint[]): bigint[] {
      return compiled.calculator.calculate({ packedInputs: packIntegers(features, 8), callBinding: BINDING });
    }

    it("has the pinned size and proves a real client", async () => {
      assert.equal(compiled.system.constraints.length, circuit.entry.constraints);
      const client = clients[7] ?? [];
      assert.deepEqual(brokenConstraints(compiled.system, witnessOf(client)), []);
      const { signals } = await prove(circuit, client, BINDING);
      assert.deepEqual(signals, [evaluateModel(circuit.model, client)[0], packIntegers(client, 8), BINDING]);
    });

    it("rejects input beyond its bits and the negative of a packed client", () => {
      const packed = packIntegers(clients[0] ?? [], 8);
      for (const input of [1n << 184n, packed + (1n << 184n), FIELD_MODULUS - packed, FIELD_MODULUS - 1n]) {
        const calculate = () => compiled.calculator.calculate({ packedInputs: input, callBinding: BINDING });
        assert.throws(calculate, SignalError);
      }
    });

    it("cannot prove any lie about one wire, carried through every equation", () => {
      const { least, changed } = lieAboutEveryWire(compiled.system, witnessOf(clients[3] ?? []));
      assert.ok(least > 0);
      // The lies are not idle: many of them would have changed the answer.
      assert.ok(changed > 100, `${changed} lies changed the output`);
    });

    it("cannot prove an alias of the packed client, another answer or another call", () => {
      const witness = witnessOf(clients[3] ?? []);
      const [, output = 0n, packed = 0n] = witness;
      const lies: [number, bigint][] = [
        ...[packed + (1n << 184n), FIELD_MODULUS - packed, packed ^ 1n, 1n << 200n].map((lie): [number, bigint] => [
          2,
          lie,
        ]),
        ...[output + 1n, 0n, FIELD_MODULUS - 1n].map((lie): [number, bigint] => [1, lie]),
        [3, BINDING + 1n],
      ];
      for (const [wire, lie] of lies) {
        // Without the repair: what was proven stands, and only the public signal differs.
        assert.notEqual(brokenConstraints(compiled.system, witness.with(wire, lie)).length, 0, `${wire}: ${lie}`);
      }
      for (const lie of [packed + (1n << 184n), FIELD_MODULUS - packed, 1n << 200n]) {
        const forged = repair(compiled.system, witness, new Map([[2, lie]]));
        assert.notEqual(brokenConstraints(compiled.system, forged).length, 0, `${lie}`);
      }
    });
  });
}

describe("random tree circuits", () => {
  const folder = repositoryPath("build", "circuits", `random-trees-${process.pid}`);

  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true }));

  async function compiledFrom(model: TreeModel, name: string): Promise<Compiled> {
    const file = join("build", "circuits", `random-trees-${process.pid}`, `${name}.circom`);
    writeFileSync(repositoryPath(file), generateTreeCircuit(model, "a test"));
    return openCircuit(await compileMain(file, folder));
  }

  function compare({ system, calculator }: Compiled, model: TreeModel, rows: readonly (readonly bigint[])[]): void {
    const { inputBits, outputBits } = model.layout;
    for (const features of rows) {
      const witness = calculator.calculate({ packedInputs: packIntegers(features, inputBits), callBinding: BINDING });
      assert.equal(witness[1], packIntegers(evaluateTrees(model, features), outputBits), features.join(" "));
      assert.deepEqual(brokenConstraints(system, witness), []);
    }
  }

  it("ask every threshold of a width exactly", async () => {
    const template = randomTrees(seededRandom(1), {
      inputCount: 2,
      inputBits: 5,
      outputs: 1,
      trees: 0,
      depth: 0,
      leaf: 0,
    });
    // One tree per threshold: the sum counts the thresholds that the first input reaches, so it is the input itself.
    const trees = Array.from({ length: 31 }, (_, at): Tree => {
      return { output: 0, root: { feature: 0, threshold: at + 1, low: 0, high: 1 } };
    });
    const model = { ...template, trees };
    const compiled = await compiledFrom(model, "thresholds");
    const rows = Array.from({ length: 32 }, (_, value) => [BigInt(value), 31n]);
    compare(compiled, model, rows);
    assert.deepEqual(evaluateTrees(model, [19n, 0n]), [19n]);
    // 10 bits in, width − 1 − trailing zeros per threshold, 1 for the binding.
    const comparisons = trees.reduce((sum, _, at) => sum + 4 - Math.log2((at + 1) & -(at + 1)), 0);
    assert.equal(compiled.system.constraints.length, 10 + comparisons + 1);
  });

  it("give what the golden reference gives, with several outputs, argmax, ties and constant trees", async () => {
    const random = seededRandom(5);
    const shape = { inputCount: 5, inputBits: 6, depth: 5 };
    const models = [
      randomTrees(random, { ...shape, outputs: 3, trees: 12, leaf: 2, head: "argmax" }),
      randomTrees(random, { ...shape, outputs: 2, trees: 8, leaf: 1_000 }),
      randomTrees(random, { ...shape, outputs: 1, trees: 0, leaf: 50 }),
    ];
    for (const [index, model] of models.entries()) {
      const compiled = await compiledFrom(model, `random${index}`);
      const rows = treeInputs(model, isDeep ? 2_000 : 200, random);
      compare(compiled, model, rows);
      const { inputBits } = model.layout;
      const packedInputs = packIntegers(rows.at(-1) ?? [], inputBits);
      const witness = compiled.calculator.calculate({ packedInputs, callBinding: BINDING });
      assert.deepEqual(unnoticedEdits(compiled.system, witness), []);
      assert.ok(lieAboutEveryWire(compiled.system, witness, LIE_STEP).least > 0, `model ${index}`);
    }
  });
});
