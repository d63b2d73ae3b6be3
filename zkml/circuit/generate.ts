import type { NeuronBounds } from "../model/analyse.ts";
import { analyse } from "../model/analyse.ts";
import type { IntegerModel } from "../model/integer-model.ts";

/** Version line shared by every circuit; the compiler refuses others. */
export const PRAGMA = "pragma circom 2.2.3;";

/**
 * Emits the main circuit of an integer model: constant weights, static widths, public signals in the order [0] packed
 * outputs, [1] packed inputs, [2] call binding. Equal models give equal text.
 *
 * @param model     A checked model without offsets.
 * @param modelFile Repository path of the model's file, named in the header.
 */
export function generateCircuit(model: IntegerModel, modelFile: string): string {
  const bounds = analyse(model);
  const { layout } = model;
  const lines = [
    `// Generated from ${modelFile} by "node scripts/generate-circuits.ts". Do not edit.`,
    PRAGMA,
    "",
    ...[...(model.head === "argmax" ? ["argmax"] : []), "call-binding", "dense", "pack", "relu-shift", "unpack"].map(
      (name) => `include "${name}.circom";`,
    ),
    "",
    `// @title The integer model "${model.name}" with its weights as constants.`,
    `// @input  packedInputs  ${layout.inputCount} values of ${layout.inputBits} bits, element 0 lowest.`,
    "// @input  callBinding   The call that the proof answers.",
    `// @output packedOutputs ${layout.outputCount} values of ${layout.outputBits} bits, element 0 lowest.`,
    "// Widths come from interval analysis over every input of that width.",
    `template ${templateName(model.name)}() {`,
    "    signal input packedInputs;",
    "    signal input callBinding;",
    "    signal output packedOutputs;",
    "",
    "    CallBinding()(callBinding);",
    `    signal layer0[${layout.inputCount}] <== Unpack(${layout.inputCount}, ${layout.inputBits})(packedInputs);`,
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
        `    ${sums}[${neuron}] <== DenseRow(${inputs}, [${row.join(", ")}], ${layer.bias[neuron]})(${from});`,
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
    "// Public signals: [0] packedOutputs, [1] packedInputs, [2] callBinding",
    `component main {public [packedInputs, callBinding]} = ${templateName(model.name)}();`,
    "",
  );
  return lines.join("\n");
}

/** The width that holds every sum of the last layer: argmax compares them with one another. */
export function argmaxWidth(bounds: readonly (readonly NeuronBounds[])[]): number {
  return Math.max(2, ...(bounds.at(-1) ?? []).map((neuron) => neuron.width));
}

/** The name of a model's main template: digits becomes DigitsModel. */
export function templateName(model: string): string {
  const words = model.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Model`;
}
