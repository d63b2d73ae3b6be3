import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { DIGIT_CELLS } from "../../zkml/data/digits.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerLayer, IntegerModel } from "../../zkml/model/integer-model.ts";
import { seededRandom } from "../../zkml/random.ts";
import { readDigitFiles } from "../../zkml/train/train-digits.ts";
import type { Tamper } from "./forger.ts";
import { honestTrace, traceOf, wiresOf } from "./forger.ts";

const BINDING = 0x1234_5678n;

let circuit: BuiltCircuit;
let model: IntegerModel;
let system: ConstraintSystem;
let calculator: WitnessCalculator;
/** A test image, its signal and the honest digit. */
let image: bigint[];
let packed: bigint;
let digit: bigint;

before(async () => {
  circuit = await buildCircuit("digits", { onProgress: (message) => process.stderr.write(`${message}\n`) });
  model = denseModel(circuit.model);
  system = parseR1cs(new Uint8Array(readFileSync(circuit.r1cs)));
  calculator = await loadWitnessCalculator(circuit.wasm);
  image = (readDigitFiles().test.samples[3]?.features ?? []).map(BigInt);
  packed = packIntegers(image, 3);
  digit = evaluate(model, image)[0] ?? -1n;
});

/** Broken constraints of the witness that a forger ends up with, and the digit that he claims. */
function attempt(tamper: Tamper): { broken: number; claimed: bigint } {
  const trace = traceOf(circuit, packed, BINDING, tamper);
  return {
    broken: brokenConstraints(system, wiresOf(circuit, trace)).length,
    claimed: trace.get("main.packedOutputs") ?? -1n,
  };
}

/** Changes one signal. */
function only(signal: string, change: (honest: bigint) => bigint): Tamper {
  return (name, honest) => (name === signal ? change(honest) : honest);
}

describe("digits circuit: agreement", () => {
  it("has a witness that satisfies every constraint and equals the trace used for forgeries", () => {
    const witness = calculator.calculate({ packedInputs: packed, callBinding: BINDING });
    assert.deepEqual(brokenConstraints(system, witness), []);
    assert.deepEqual(wiresOf(circuit, honestTrace(circuit, image, BINDING)), witness);
  });

  it("has the pinned size and proves a real image", async () => {
    assert.equal(system.constraints.length, circuit.entry.constraints);
    assert.ok(system.constraints.length <= 1_000);
    const { signals, outputs } = await prove(circuit, image, BINDING);
    assert.deepEqual(signals, [digit, packed, BINDING]);
    assert.deepEqual(outputs, [digit]);
  });
});

describe("digits circuit: cannot prove", () => {
  it("a flipped bit of any decomposition, carried through to the output", () => {
    const honest = honestTrace(circuit, image, BINDING);
    const honestWires = wiresOf(circuit, honest);
    let changedOutputs = 0;
    let substituted = 0;
    for (const signal of honest.keys()) {
      if (!/^main\.(inputBit|bit\d|argmax\.bit)/.test(signal)) continue;
      const trace = traceOf(
        circuit,
        packed,
        BINDING,
        only(signal, (bit) => 1n - bit),
      );
      const wires = wiresOf(circuit, trace);
      if (wires.every((value, wire) => value === honestWires[wire])) {
        // The compiler has put the other bits in place of this one, so that it cannot be chosen at all.
        substituted += 1;
        continue;
      }
      assert.notEqual(brokenConstraints(system, wires).length, 0, signal);
      if (trace.get("main.packedOutputs") !== digit) changedOutputs += 1;
    }
    // At most one bit per decomposition is substituted: 1 of the inputs, 32 of neurons, 9 of comparisons.
    assert.ok(substituted <= 42, `${substituted} bits are substituted`);
    // The forgeries are not idle: some of them would have changed the answer.
    assert.ok(changedOutputs > 10, `${changedOutputs} forgeries changed the output`);
  });

  it("a comparison that says otherwise, whatever bits it gives to the difference", () => {
    const honest = honestTrace(circuit, image, BINDING);
    for (let step = 0; step < 9; step += 1) {
      const prefix = `main.argmax.bit[${step}]`;
      const negated: Tamper = (signal, value) => (signal.startsWith(prefix) ? 1n - value : value);
      assert.notEqual(attempt(negated).broken, 0, `${prefix} negated`);
      // The top bit moves into the one below it, which becomes 2 or −2.
      const width = [...honest.keys()].filter((name) => name.startsWith(prefix)).length;
      const sign = honest.get(`${prefix}[${width - 1}]`) ?? 0n;
      const moved: Tamper = (signal, value) => {
        if (signal === `${prefix}[${width - 1}]`) return 1n - sign;
        return signal === `${prefix}[${width - 2}]` ? value + (sign === 1n ? 2n : -2n) : value;
      };
      assert.notEqual(attempt(moved).broken, 0, `${prefix} moved`);
    }
  });

  it("another digit, another best score or another index on the way", () => {
    for (let claim = 0n; claim < 16n; claim += 1n) {
      if (claim === digit) continue;
      assert.notEqual(attempt(only("main.packedOutputs", () => claim)).broken, 0, `digit ${claim}`);
      assert.notEqual(attempt(only("main.argmax.index", () => claim)).broken, 0, `index ${claim}`);
    }
    for (let step = 1; step < 10; step += 1) {
      assert.notEqual(attempt(only(`main.argmax.indices[${step}]`, (index) => index + 1n)).broken, 0, `index ${step}`);
      if (step === 9) continue;
      assert.notEqual(attempt(only(`main.argmax.best[${step}]`, (best) => best + 1n)).broken, 0, `best ${step}`);
    }
  });

  it("the later of two equal classes", () => {
    const { image: tie, first, second } = imageWithTie();
    const packedTie = packIntegers(tie, 3);
    assert.equal(calculator.calculate({ packedInputs: packedTie, callBinding: BINDING })[1], BigInt(first));
    // The comparison in which the second of them comes up says "greater", with all other bits as they are or negated.
    const prefix = `main.argmax.bit[${second - 1}]`;
    const width = [...honestTrace(circuit, tie, BINDING).keys()].filter((name) => name.startsWith(prefix)).length;
    const forgeries: Tamper[] = [
      only(`${prefix}[${width - 1}]`, () => 1n),
      (signal, value) => (signal.startsWith(prefix) ? 1n - value : value),
    ];
    for (const tamper of forgeries) {
      const trace = traceOf(circuit, packedTie, BINDING, tamper);
      assert.equal(trace.get("main.packedOutputs"), BigInt(second));
      assert.notEqual(brokenConstraints(system, wiresOf(circuit, trace)).length, 0);
    }
  });
});

/** Looks for an image whose two greatest sums are equal, and says which classes they belong to. */
function imageWithTie(): { image: bigint[]; first: number; second: number } {
  const [hidden, scores] = model.layers as [IntegerLayer, IntegerLayer];
  const random = seededRandom(4);
  const sumsOf = ({ weights, bias }: IntegerLayer, values: readonly number[]) =>
    weights.map((row, neuron) => row.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), bias[neuron] ?? 0));
  for (;;) {
    const cells = Array.from({ length: DIGIT_CELLS }, () => Math.floor(random() * 8));
    const active = sumsOf(hidden, cells).map((sum, neuron) => Math.max(0, sum) >> (hidden.shifts[neuron] ?? 0));
    const sums = sumsOf(scores, active);
    const greatest = Math.max(...sums);
    const [first = 0, second] = sums.flatMap((sum, at) => (sum === greatest ? [at] : []));
    if (second !== undefined) return { image: cells.map(BigInt), first, second };
  }
}
