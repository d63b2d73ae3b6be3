import type { NeuronBounds } from "../model/analyse.ts";
import { analyse } from "../model/analyse.ts";
import type { SignalLayout } from "../codec/layout.ts";
import { inputWords, isWide, valuesPerWord, wordCount } from "../codec/packed-words.ts";
import type { IntegerModel } from "../model/integer-model.ts";
import { commitmentLines, PRAGMA, templateName, unpackLines } from "./circuit-text.ts";
import type { ClassShape } from "./class-shape.ts";
import { classLabel } from "./class-shape.ts";

/** Rows of up to so many inputs are one expression. */
const NARROW_ROW = 64;

/**
 * Emits the main circuit of an integer model: constant weights, static widths, public signals in the order [0] packed
 * outputs, [1] packed inputs, [2] call binding. A model whose inputs take several words keeps them private: signal 1 is
 * then their hash with a salt. Equal models give equal text.
 *
 * @param model     A checked model without offsets.
 * @param modelFile Repository path of the model's file, named in the header.
 */
export function generateCircuit(model: IntegerModel, modelFile: string): string {
  const bounds = analyse(model);
  const { layout } = model;
  const wide = isWide(layout);
  const lines = [
    `// Generated from ${modelFile} by "node scripts/generate-circuits.ts". Do not edit.`,
    PRAGMA,
    "",
    ...librariesOf(model).map((name) => `include "${name}.circom";`),
    "",
    `// @title The integer model "${model.name}" with its weights as constants.`,
    ...(wide ? wideHeader(layout) : narrowHeader(layout)),
    "// Widths come from interval analysis over every input of that width.",
    `template ${templateName(model.name)}() {`,
    ...(wide ? wideInputs(layout) : narrowInputs(layout)),
  ];
  model.layers.forEach((layer, index) => {
    const inputs = layer.weights[0]?.length ?? 0;
    const [from, sums, to] = [`layer${index}`, `sums${index + 1}`, `layer${index + 1}`];
    const isPlain = model.head === "argmax" && index === model.layers.length - 1;
    lines.push("", `    signal ${sums}[${layer.weights.length}];`);
    lines.push(`    signal ${to}[${isPlain ? 1 : layer.weights.length}];`);
    layer.weights.forEach((row, neuron) => {
      const width = Math.max(bounds[index]?.[neuron]?.width ?? 0, (layer.shifts[neuron] ?? 0) + 2);
      lines.push(
        `    ${sums}[${neuron}] <== ${denseTemplate(inputs)}(${inputs}, [${row.join(", ")}], ${layer.bias[neuron]})(${from});`,
      );
      if (isPlain) return;
      lines.push(`    ${to}[${neuron}] <== ReluShift(${width}, ${layer.shifts[neuron]})(${sums}[${neuron}]);`);
    });
    if (isPlain) lines.push(`    ${to}[0] <== ArgMax(${layer.weights.length}, ${argmaxWidth(bounds)})(${sums});`);
  });
  lines.push(
    "",
    `    packedOutputs <== Pack(${layout.outputCount}, ${layout.outputBits})(layer${model.layers.length});`,
    "}",
    "",
    `// Public signals: [0] packedOutputs, [1] ${wide ? "inputCommitment" : "packedInputs"}, [2] callBinding`,
    `component main {public [${wide ? "callBinding" : "packedInputs, callBinding"}]} = ${templateName(model.name)}();`,
    "",
  );
  return lines.join("\n");
}

/** Emits the main circuit of a class: one component whose arguments are the shape. */
export function generateClassCircuit(shape: ClassShape): string {
  const { inputs, inputBits, hidden, outputs, layers } = shape;
  const [first, last] = layers;
  const sizes = outputs === 1 ? [inputs, inputBits, hidden] : [inputs, inputBits, hidden, outputs];
  const widths = [first.biasBits, first.shift ?? 0, last.biasBits, ...(last.shift === undefined ? [] : [last.shift])];
  return [
    `// Generated from circuits/circuits.json by "node scripts/generate-circuits.ts". Do not edit.`,
    PRAGMA,
    "",
    `include "class-perceptron.circom";`,
    "",
    `// Every model ${classLabel(shape)}; its parameters are private.`,
    "// Public signals: [0] data, [1] modelHash, [2] callBinding",
    `component main {public [callBinding]} = ${outputs === 1 ? "ClassRegressor" : "ClassClassifier"}(${[...sizes, ...widths].join(", ")});`,
    "",
  ].join("\n");
}

/** Names of the library files that the model's main circuit includes, in order. */
export function librariesOf(model: IntegerModel): string[] {
  const rows = model.layers.map((layer) => layer.weights[0]?.length ?? 0);
  const needs: Readonly<Record<string, boolean>> = {
    argmax: model.head === "argmax",
    "call-binding": true,
    dense: rows.some((count) => count <= NARROW_ROW),
    "dense-wide": rows.some((count) => count > NARROW_ROW),
    "hash-chain": isWide(model.layout),
    pack: true,
    "relu-shift": true,
    unpack: true,
  };
  return Object.keys(needs).filter((name) => needs[name]);
}

function denseTemplate(inputs: number): string {
  return inputs <= NARROW_ROW ? "DenseRow" : "DenseWideRow";
}

function narrowHeader(layout: SignalLayout): string[] {
  return [
    `// @input  packedInputs  ${layout.inputCount} values of ${layout.inputBits} bits, element 0 lowest.`,
    "// @input  callBinding   The call that the proof answers.",
    `// @output packedOutputs ${layout.outputCount} values of ${layout.outputBits} bits, element 0 lowest.`,
  ];
}

function narrowInputs(layout: SignalLayout): string[] {
  return [
    "    signal input packedInputs;",
    "    signal input callBinding;",
    "    signal output packedOutputs;",
    "",
    "    CallBinding()(callBinding);",
    `    signal layer0[${layout.inputCount}] <== Unpack(${layout.inputCount}, ${layout.inputBits})(packedInputs);`,
  ];
}

function wideHeader(layout: SignalLayout): string[] {
  const { inputCount, inputBits, outputCount, outputBits } = layout;
  const perWord = valuesPerWord(inputBits);
  return [
    `// @input  words[${inputWords(layout)}]       Private: ${inputCount} values of ${inputBits} bits, ${perWord} to a word, element 0 lowest.`,
    "// @input  salt            Private: any field element, random where the inputs must not be guessed.",
    "// @input  callBinding     The call that the proof answers.",
    `// @output packedOutputs   ${outputCount} values of ${outputBits} bits, element 0 lowest.`,
    "// @output inputCommitment HashChain of the words and the salt.",
  ];
}

function wideInputs({ inputCount, inputBits }: SignalLayout): string[] {
  const side = { count: inputCount, bits: inputBits };
  const words = wordCount(side);
  const lines = [
    `signal input words[${words}];`,
    "signal input salt;",
    "signal input callBinding;",
    "signal output packedOutputs;",
    "signal output inputCommitment;",
    "",
    "CallBinding()(callBinding);",
    ...commitmentLines("words", words, "inputCommitment"),
    "",
    `signal layer0[${inputCount}];`,
    ...unpackLines(side, "layer0"),
  ];
  return lines.map((line) => (line === "" ? "" : `    ${line}`));
}

/** The width that holds every sum of the last layer: argmax compares them with one another. */
export function argmaxWidth(bounds: readonly (readonly NeuronBounds[])[]): number {
  return Math.max(2, ...(bounds.at(-1) ?? []).map((neuron) => neuron.width));
}
