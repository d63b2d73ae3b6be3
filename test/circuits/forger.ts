import { readFileSync } from "node:fs";

import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { argmaxWidth } from "../../zkml/circuit/generate.ts";
import { analyse } from "../../zkml/model/analyse.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";

/** What a dishonest prover changes: given a signal's name and honest value, the value to use instead. */
export type Tamper = (signal: string, honest: bigint) => bigint;

const honestly: Tamper = (_, honest) => honest;

/** Signal values by their full name in the circuit. */
export type Trace = ReadonlyMap<string, bigint>;

/**
 * Computes every signal of a generated circuit in the circuit's own order, each one passed through `tamper`; whatever
 * follows is computed from the tampered values. So a forger who changes one bit carries the consequences through to the
 * public output, and only the constraints on that bit itself can stop him.
 */
export function traceOf(
  circuit: BuiltCircuit,
  packedInputs: bigint,
  binding: bigint,
  tamper: Tamper = honestly,
): Map<string, bigint> {
  const model = denseModel(circuit.model);
  const { layout } = model;
  const bounds = analyse(model);
  const trace = new Map<string, bigint>();
  const set = (signal: string, honest: bigint): bigint => {
    const value = modulo(tamper(`main.${signal}`, modulo(honest)));
    trace.set(`main.${signal}`, value);
    return value;
  };
  set("packedInputs", packedInputs);
  const bound = set("callBinding", binding);
  set("square", bound * bound);
  let values = Array.from({ length: layout.inputCount }, (_, index) => {
    const bits = Array.from({ length: layout.inputBits }, (_, bit) => {
      const at = index * layout.inputBits + bit;
      return set(`inputBit[${at}]`, (packedInputs >> BigInt(at)) & 1n);
    });
    return set(`layer0[${index}]`, fromBits(bits));
  });
  model.layers.forEach((layer, index) => {
    values = layer.weights.map((row, neuron) => {
      const total = row.reduce((sum, weight, input) => sum + BigInt(weight) * (values[input] ?? 0n), 0n);
      const shift = layer.shifts[neuron] ?? 0;
      const width = Math.max(bounds[index]?.[neuron]?.width ?? 0, shift + 2);
      const sum = set(`sums${index + 1}[${neuron}]`, total + BigInt(layer.bias[neuron] ?? 0));
      if (model.head === "argmax" && index === model.layers.length - 1) return sum;
      const lifted = modulo(sum + (1n << BigInt(width - 1)));
      const bits = Array.from({ length: width }, (_, bit) =>
        set(`bit${index + 1}[${neuron}][${bit}]`, (lifted >> BigInt(bit)) & 1n),
      );
      return set(`layer${index + 1}[${neuron}]`, (bits[width - 1] ?? 0n) * fromBits(bits.slice(shift, width - 1)));
    });
  });
  if (model.head === "argmax") values = [argmaxTrace(values, argmaxWidth(bounds), set)];
  set(
    "packedOutputs",
    values.reduceRight((sum, value) => (sum << BigInt(layout.outputBits)) + value, 0n),
  );
  return trace;
}

/** The steps of the template ArgMax; returns the index. */
function argmaxTrace(
  values: readonly bigint[],
  width: number,
  set: (signal: string, honest: bigint) => bigint,
): bigint {
  let best = values[0] ?? 0n;
  let index = 0n;
  values.slice(1).forEach((value, step) => {
    const lifted = modulo(value - best - 1n + (1n << BigInt(width)));
    const bits = Array.from({ length: width + 1 }, (_, bit) =>
      set(`argmax.bit[${step}][${bit}]`, (lifted >> BigInt(bit)) & 1n),
    );
    const greater = bits[width] ?? 0n;
    if (step < values.length - 2) best = set(`argmax.best[${step + 1}]`, best + greater * (value - best));
    index = set(`argmax.indices[${step + 1}]`, index + greater * (BigInt(step + 1) - index));
  });
  return set("argmax.index", index);
}

/** The honest trace of feature integers. */
export function honestTrace(circuit: BuiltCircuit, features: readonly bigint[], binding: bigint): Map<string, bigint> {
  return traceOf(circuit, packIntegers(features, circuit.model.layout.inputBits), binding);
}

/** The wires of a trace in the order of the constraint system, by the compiler's table of symbols. */
export function wiresOf(circuit: BuiltCircuit, trace: Trace): bigint[] {
  const wires: bigint[] = [1n];
  for (const [wire, signal] of namesOf(circuit)) {
    const value = trace.get(signal);
    if (value === undefined) throw new Error(`The trace lacks ${signal}.`);
    wires[wire] = value;
  }
  return wires;
}

const names = new WeakMap<BuiltCircuit, readonly (readonly [wire: number, signal: string])[]>();

/** The wires of a circuit with their names in a trace, read once. */
function namesOf(circuit: BuiltCircuit): readonly (readonly [wire: number, signal: string])[] {
  const known = names.get(circuit);
  if (known !== undefined) return known;
  const name = signalNamer(circuit);
  const found = readFileSync(circuit.symbols, "utf8")
    .trim()
    .split("\n")
    .flatMap((line): [number, string][] => {
      const [, wire = "-1", , symbol = ""] = line.split(",");
      // Every symbol counts, since components are numbered as they come.
      const signal = name(symbol);
      return Number(wire) < 0 ? [] : [[Number(wire), signal]];
    });
  names.set(circuit, found);
  return found;
}

/** Maps the compiler's names to those of the trace; its anonymous ReLU components come in the order of the neurons. */
function signalNamer(circuit: BuiltCircuit): (symbol: string) => string {
  const neurons = denseModel(circuit.model).layers.flatMap((layer, index) =>
    layer.weights.map((_, neuron) => `main.bit${index + 1}[${neuron}]`),
  );
  const components: string[] = [];
  return (symbol) => {
    if (/^main\.CallBinding_\w+\.square$/.test(symbol)) return "main.square";
    const [, template = "", component = "", bit = ""] =
      /^main\.((?:Unpack|ReluShift)_)(\w+)\.decomposition\.out\[(\d+)\]$/.exec(symbol) ?? [];
    const [, step = "", argmaxBit = ""] = /^main\.ArgMax_\w+\.comparison\[(\d+)\]\.out\[(\d+)\]$/.exec(symbol) ?? [];
    if (step !== "") return `main.argmax.bit[${step}][${argmaxBit}]`;
    if (symbol.startsWith("main.ArgMax_")) return symbol.replace(/^main\.ArgMax_\w+\./, "main.argmax.");
    if (template === "Unpack_") return `main.inputBit[${bit}]`;
    if (template !== "ReluShift_") return symbol;
    if (!components.includes(component)) components.push(component);
    return `${neurons[components.indexOf(component)]}[${bit}]`;
  };
}

function fromBits(bits: readonly bigint[]): bigint {
  return bits.reduceRight((sum, bit) => 2n * sum + bit, 0n);
}

function modulo(value: bigint): bigint {
  return ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
}
