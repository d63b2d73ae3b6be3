import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import type { ConstraintSystem } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints, parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { WitnessCalculator } from "../../zkml/circuit/witness.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { SignalError } from "../../zkml/errors.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerModel } from "../../zkml/model/integer-model.ts";
import { seededRandom } from "../../zkml/random.ts";
import type { Tamper } from "./forger.ts";
import { honestTrace, traceOf, wiresOf } from "./forger.ts";

const BINDING = 0x1234_5678n;
const TYPICAL = [512n, 430n, 455n, 390n, 610n, 575n, 1840n, 127n];

let circuit: BuiltCircuit;
let model: IntegerModel;
let system: ConstraintSystem;
let calculator: WitnessCalculator;

before(async () => {
  circuit = await buildCircuit("fee", { onProgress: (message) => process.stderr.write(`${message}\n`) });
  model = denseModel(circuit.model);
  system = parseR1cs(new Uint8Array(readFileSync(circuit.r1cs)));
  calculator = await loadWitnessCalculator(circuit.wasm);
});

function witnessOf(packedInputs: bigint, callBinding: bigint): bigint[] {
  return calculator.calculate({ packedInputs, callBinding });
}

/** Inputs at which bounds and rounding are tightest, then random ones of every magnitude. */
function inputs(count: number): bigint[][] {
  const random = seededRandom(99);
  const rows: bigint[][] = [TYPICAL.map(() => 0n), TYPICAL.map(() => 4095n), TYPICAL];
  for (const layer of model.layers.slice(0, 1)) {
    for (const row of layer.weights) {
      rows.push(
        row.map((weight) => (weight > 0 ? 4095n : 0n)),
        row.map((weight) => (weight < 0 ? 4095n : 0n)),
      );
    }
  }
  for (let index = 0; index < 8; index += 1) rows.push(TYPICAL.map((value, at) => (at === index ? 4095n : value)));
  while (rows.length < count) {
    const bits = 1 + Math.floor(random() * 12);
    rows.push(Array.from({ length: 8 }, () => BigInt(Math.floor(random() * 2 ** bits))));
  }
  return rows;
}

/** Broken constraints of the witness that a forger ends up with. */
function attempt(packed: bigint, tamper: Tamper): { broken: number; claimed: bigint } {
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

describe("fee circuit: agreement", () => {
  it("has a witness that satisfies every constraint and equals the trace used for forgeries", () => {
    for (const features of inputs(12)) {
      const witness = witnessOf(packIntegers(features, 12), BINDING);
      assert.deepEqual(brokenConstraints(system, witness), []);
      assert.deepEqual(wiresOf(circuit, honestTrace(circuit, features, BINDING)), witness);
    }
  });

  it("has the pinned size and its public signals in the order of the layout", async () => {
    assert.equal(system.constraints.length, circuit.entry.constraints);
    assert.ok(system.constraints.length <= 900);
    assert.equal(system.publicOutputs + system.publicInputs, circuit.entry.publicSignals.length);
    const { signals, outputs, milliseconds } = await prove(circuit, TYPICAL, BINDING);
    const packed = packIntegers(TYPICAL, 12);
    assert.deepEqual(signals, [evaluate(model, TYPICAL)[0], packed, BINDING]);
    assert.deepEqual(outputs, evaluate(model, TYPICAL));
    assert.ok(milliseconds > 0);
  });
});

describe("fee circuit: rejects input", () => {
  it("that holds a ninth value or a value of 4096", () => {
    assert.throws(() => witnessOf(1n << 96n, BINDING), SignalError);
    assert.throws(() => witnessOf(4096n << 84n, BINDING), SignalError);
  });

  it("that is the negative of a packed value", () => {
    assert.throws(() => witnessOf(FIELD_MODULUS - packIntegers(TYPICAL, 12), BINDING), SignalError);
  });
});

describe("fee circuit: cannot prove", () => {
  const packed = packIntegers(TYPICAL, 12);

  it("a flipped bit of any decomposition, carried through to the output", () => {
    const honest = traceOf(circuit, packed, BINDING);
    let changedOutputs = 0;
    for (const [signal, value] of honest) {
      if (!/^main\.(inputBit|bit\d)/.test(signal)) continue;
      const { broken, claimed } = attempt(
        packed,
        only(signal, (bit) => 1n - bit),
      );
      assert.notEqual(broken, 0, `${signal} = ${1n - value}`);
      if (claimed !== honest.get("main.packedOutputs")) changedOutputs += 1;
    }
    // The forgeries are not idle: most of them would have changed the answer.
    assert.ok(changedOutputs > 200, `${changedOutputs} forgeries changed the output`);
  });

  it("a bit that is neither 0 nor 1 but keeps its sum", () => {
    const honest = traceOf(circuit, packed, BINDING);
    model.layers.forEach((layer, index) => {
      layer.weights.forEach((_, neuron) => {
        const name = (bit: number) => `main.bit${index + 1}[${neuron}][${bit}]`;
        for (let bit = 0; honest.has(name(bit + 1)); bit += 1) {
          // 2^bit moves from one bit's place to twice as much in the lower one.
          const tamper: Tamper = (signal, value) =>
            signal === name(bit) ? value + 2n : signal === name(bit + 1) ? value - 1n : value;
          assert.notEqual(attempt(packed, tamper).broken, 0, name(bit));
        }
      });
    });
  });

  it("a neuron whose sign is flipped, whatever it makes of the value", () => {
    model.layers.forEach((layer, index) => {
      layer.weights.forEach((_, neuron) => {
        const prefix = `main.bit${index + 1}[${neuron}]`;
        const width = [...traceOf(circuit, packed, BINDING).keys()].filter((name) => name.startsWith(prefix)).length;
        const sign = `${prefix}[${width - 1}]`;
        assert.notEqual(
          attempt(
            packed,
            only(sign, (bit) => 1n - bit),
          ).broken,
          0,
          sign,
        );
        // Also when the other bits are those of the negated value.
        const negated: Tamper = (signal, value) => (signal.startsWith(prefix) ? 1n - value : value);
        assert.notEqual(attempt(packed, negated).broken, 0, `${prefix} negated`);
      });
    });
  });

  it("another quotient or remainder of a shift", () => {
    model.layers.forEach((layer, index) => {
      layer.weights.forEach((_, neuron) => {
        const name = `main.layer${index + 1}[${neuron}]`;
        for (const step of [1n, -1n, 2n]) {
          assert.notEqual(
            attempt(
              packed,
              only(name, (quotient) => quotient + step),
            ).broken,
            0,
            name,
          );
        }
        const shift = layer.shifts[neuron] ?? 0;
        if (shift === 0) return;
        // One unit less in the quotient and 2^shift more in the remainder: the remainder's top bit becomes 2 or 3.
        const borrow: Tamper = (signal, value) => {
          if (signal === `main.bit${index + 1}[${neuron}][${shift}]`) return value - 1n;
          return signal === `main.bit${index + 1}[${neuron}][${shift - 1}]` ? value + 2n : value;
        };
        assert.notEqual(attempt(packed, borrow).broken, 0, `${name} borrows`);
      });
    });
  });

  it("an accumulator that is not the weighted sum", () => {
    model.layers.forEach((layer, index) => {
      layer.weights.forEach((_, neuron) => {
        const name = `main.sums${index + 1}[${neuron}]`;
        for (const change of [(sum: bigint) => sum + 4096n, (sum: bigint) => -sum, () => 0n]) {
          const honest = traceOf(circuit, packed, BINDING).get(name) ?? 0n;
          if (((change(honest) % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS === honest) continue;
          assert.notEqual(attempt(packed, only(name, change)).broken, 0, name);
        }
      });
    });
  });

  it("a value of 4096, a ninth value or an alias of the packed input", () => {
    assert.equal(attempt(packed, (_, value) => value).broken, 0);
    const top = (packed & ((1n << 84n) - 1n)) + (4096n << 84n);
    for (const alias of [top, packed + (1n << 96n), FIELD_MODULUS - packed, FIELD_MODULUS - 1n]) {
      assert.notEqual(attempt(alias, (_, value) => value).broken, 0, `${alias}`);
    }
    // A top bit of 2 stands for 4096 in the last value.
    const highestBit = only("main.inputBit[95]", () => 2n);
    assert.notEqual(attempt((packed & ((1n << 95n) - 1n)) + (1n << 96n), highestBit).broken, 0);
  });

  it("the answer of other inputs, another output or another call", () => {
    const honest = wiresOf(circuit, traceOf(circuit, packed, BINDING));
    const claim = (wire: number, value: bigint) => brokenConstraints(system, honest.with(wire, value)).length;
    assert.notEqual(claim(1, (honest[1] ?? 0n) + 1n), 0);
    assert.notEqual(claim(1, 0n), 0);
    assert.notEqual(claim(2, packed + 1n), 0);
    assert.notEqual(claim(3, BINDING + 1n), 0);
    assert.notEqual(claim(3, 0n), 0);
  });
});
