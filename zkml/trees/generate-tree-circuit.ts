import { PRAGMA, templateName } from "../circuit/circuit-text.ts";
import type { SumBounds } from "./analyse-trees.ts";
import { analyseTrees } from "./analyse-trees.ts";
import type { TreeModel, TreeNode } from "./tree-model.ts";

/** The compiler's stack does not hold long sums: so many terms are added at a time. */
const TERMS = 32;

/** What the circuit of a tree model consists of. */
export interface TreeCircuitParts {
  /** Every different question, in the order in which the circuit asks them. */
  readonly questions: readonly { readonly feature: number; readonly threshold: number }[];
  /** Every inner node, children before parents: the question and both answers. */
  readonly nodes: readonly { readonly question: number; readonly low: string; readonly high: string }[];
  /** For each sum, what is added: nodes and constants, as expressions of the circuit. */
  readonly sums: readonly (readonly string[])[];
}

/** Collects each different question once, and numbers the inner nodes. */
export function treeCircuitParts(model: TreeModel): TreeCircuitParts {
  const questions: { feature: number; threshold: number }[] = [];
  const numbers = new Map<string, number>();
  const nodes: { question: number; low: string; high: string }[] = [];
  const questionOf = (feature: number, threshold: number): number => {
    const key = `${feature}/${threshold}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, questions.length);
    return questions.push({ feature, threshold }) - 1;
  };
  const emit = (node: TreeNode): string => {
    if (typeof node === "number") return String(node);
    const question = questionOf(node.feature, node.threshold);
    const low = emit(node.low);
    const high = emit(node.high);
    return `node[${nodes.push({ question, low, high }) - 1}]`;
  };
  const sums = model.base.map((constant) => [String(constant)]);
  for (const { output, root } of model.trees) sums[output]?.push(emit(root));
  return { questions, nodes, sums };
}

/**
 * Emits the main circuit of a tree model, with the public signals of every model circuit: [0] packed outputs, [1] packed
 * inputs, [2] call binding. Equal models give equal text.
 *
 * @param model     A checked model.
 * @param modelFile Repository path of the model's file, named in the header.
 * @param by        The command that generates it, named there too.
 */
export function generateTreeCircuit(
  model: TreeModel,
  modelFile: string,
  by = "node scripts/generate-circuits.ts",
): string {
  const bounds = analyseTrees(model);
  const { layout } = model;
  const { questions, nodes, sums } = treeCircuitParts(model);
  const isArgmax = model.head === "argmax";
  const includes = [...(isArgmax ? ["argmax"] : []), "at-least", "call-binding", "choose", "pack", "unpack-bits"];
  const lines = [
    `// Generated from ${modelFile} by "${by}". Do not edit.`,
    PRAGMA,
    "",
    ...includes.map((name) => `include "${name}.circom";`),
    "",
    `// @title The tree ensemble "${model.name}" with its thresholds and leaves as constants.`,
    `// @input  packedInputs  ${layout.inputCount} values of ${layout.inputBits} bits, element 0 lowest.`,
    "// @input  callBinding   The call that the proof answers.",
    `// @output packedOutputs ${layout.outputCount} values of ${layout.outputBits} bits, element 0 lowest.`,
    ...bounds.map(({ low, high }, index) => `// Sum ${index} is in [${low}, ${high}], whatever the inputs are.`),
    `template ${templateName(model.name)}() {`,
    "    signal input packedInputs;",
    "    signal input callBinding;",
    "    signal output packedOutputs;",
    "",
    "    CallBinding()(callBinding);",
    `    signal bits[${layout.inputCount}][${layout.inputBits}] <== UnpackBits(${layout.inputCount}, ${layout.inputBits})(packedInputs);`,
    ...listed("atLeast", questions, ({ feature, threshold }) => {
      return `AtLeast(${layout.inputBits}, ${threshold})(bits[${feature}])`;
    }),
    ...listed("node", nodes, ({ question, low, high }) => `Choose()(atLeast[${question}], ${low}, ${high})`),
    ...sums.flatMap((terms, index) => listed(`partial${index}`, chunksOf(terms), (chunk) => chunk.join(" + "))),
    ...listed("sums", sums, (terms, index) =>
      chunksOf(terms)
        .map((_, chunk) => `partial${index}[${chunk}]`)
        .join(" + "),
    ),
    "",
    isArgmax
      ? `    signal outputs[1] <== [ArgMax(${sums.length}, ${sumsWidth(bounds)})(sums)];`
      : `    signal outputs[${sums.length}] <== [${sums.map((_, at) => `sums[${at}] + ${layout.outputOffset}`).join(", ")}];`,
    `    packedOutputs <== Pack(${layout.outputCount}, ${layout.outputBits})(outputs);`,
    "}",
    "",
    "// Public signals: [0] packedOutputs, [1] packedInputs, [2] callBinding",
    `component main {public [packedInputs, callBinding]} = ${templateName(model.name)}();`,
    "",
  ];
  return lines.join("\n");
}

/** An array of signals, one line per element; nothing when there are none. */
function listed<Item>(name: string, items: readonly Item[], valueOf: (item: Item, index: number) => string): string[] {
  if (items.length === 0) return [];
  return ["", `    signal ${name}[${items.length}];`].concat(
    items.map((item, index) => `    ${name}[${index}] <== ${valueOf(item, index)};`),
  );
}

function chunksOf(terms: readonly string[]): string[][] {
  const count = Math.ceil(terms.length / TERMS);
  return Array.from({ length: count }, (_, chunk) => terms.slice(chunk * TERMS, (chunk + 1) * TERMS));
}

/** The signed width that holds every sum: argmax compares them with one another. */
function sumsWidth(bounds: readonly SumBounds[]): number {
  let width = 2;
  while (bounds.some(({ low, high }) => low < -(1n << BigInt(width - 1)) || high >= 1n << BigInt(width - 1)))
    width += 1;
  return width;
}
