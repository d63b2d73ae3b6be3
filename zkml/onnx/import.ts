import { ModelFileError } from "../errors.ts";
import { networkBuilder } from "../ir/builder.ts";
import { wireOf } from "../ir/expression.ts";
import type { FloatNetwork } from "../ir/float-network.ts";
import { prune } from "../ir/prune.ts";
import { sizeOf } from "../ir/shape.ts";
import type { Tensor } from "../ir/tensor.ts";
import { elementsOf } from "../ir/tensor.ts";
import type { OnnxGraph, OnnxNode } from "./decode.ts";
import { decodeOnnx } from "./decode.ts";
import type { Operator } from "./operators/call.ts";
import { CURVES } from "./operators/curves.ts";
import { ELEMENTWISE_OPERATORS } from "./operators/elementwise.ts";
import { LINEAR_OPERATORS } from "./operators/linear.ts";
import { REDUCTIONS } from "./operators/reduce.ts";
import { SHAPE_OPERATORS } from "./operators/shape.ts";

/** Every operator that can be imported. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [SHAPE_OPERATORS, LINEAR_OPERATORS, ELEMENTWISE_OPERATORS, REDUCTIONS, CURVES].flatMap(Object.entries<Operator>),
);

/** Between a node and the output these change nothing about the order of the values. */
const TRANSPARENT = ["Identity", "Dropout", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "ArgMax"];

/** More elements than this no circuit takes as its input. */
const MAX_INPUTS = 16_384;

/**
 * Reads an ONNX file into a network: every operator is carried out on expressions in the inputs, so constants fold,
 * linear operators fuse (normalisation, pooling by averages and chains of dense layers included) and nodes that nothing
 * depends on vanish.
 *
 * @param bytes  The file.
 * @param source Name used in error messages.
 * @param output Which of several outputs; the first by default.
 * @throws {ModelFileError} when the file is damaged or holds an operator that is not supported; the message names
 *         operator and node.
 */
export function importOnnx(bytes: Uint8Array, source: string, output?: string): FloatNetwork {
  const graph = decodeOnnx(bytes, source);
  const wanted = output === undefined ? graph.outputs[0] : graph.outputs.find(({ name }) => name === output);
  if (wanted === undefined) {
    const names = graph.outputs.map(({ name }) => name).join(", ");
    throw new ModelFileError(`${source} has no output "${output}": choose one of ${names}.`);
  }
  const needed = nodesBehind(graph, wanted.name);
  const used = new Set(needed.flatMap(({ inputs }) => inputs).concat(wanted.name));
  const inputs = graph.inputs.filter(({ name }) => used.has(name));
  const inputCount = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (inputCount === 0)
    throw new ModelFileError(
      `${source}: the output "${wanted.name}" depends on no input: choose another with --result.`,
    );
  if (inputCount > MAX_INPUTS) {
    throw new ModelFileError(`${source} takes ${inputCount} values, more than ${MAX_INPUTS}: make its input smaller.`);
  }
  const integral = inputs.flatMap((input) => new Array<boolean>(sizeOf(input.shape)).fill(input.integral));
  const builder = networkBuilder(integral, source);
  const tensors = new Map<string, Tensor>(graph.constants);
  let first = 0;
  for (const { name, shape } of inputs) {
    const from = first;
    first += sizeOf(shape);
    const elements = Array.from({ length: sizeOf(shape) }, (_, index) => wireOf(from + index));
    tensors.set(name, { kind: "symbolic", shape, elements });
  }
  const notes: string[] = [];
  if (graph.outputs.length > 1) {
    notes.push(`Of ${graph.outputs.length} outputs only "${wanted.name}" is compiled; --result names another.`);
  }
  let argmax = false;
  let ending: string | undefined;
  for (const node of needed) {
    const outputs = operatorOf(
      node,
      source,
    )({
      node,
      opset: graph.opset,
      inputs: node.inputs.map((name) => (name === "" ? undefined : tensors.get(name))),
      builder,
      isLast: leadsToOutput(graph, node, wanted.name),
      refuse: (reason) => {
        // Whoever gave no way out after a colon speaks of a graph that means nothing.
        const remedy = reason.includes(": ") ? "" : ": change that and export the model again";
        throw new ModelFileError(`${source}: ${node.operator} (${node.name}) ${reason}${remedy}.`);
      },
      note: (sentence) => void notes.push(sentence),
      leaveOut: () => {
        ending = node.operator;
        notes.push(`The last ${node.operator} is left out: the outputs are its arguments, in the same order of size.`);
      },
      answerByArgmax: () => void (argmax = true),
    });
    node.outputs.forEach((name, index) => {
      const tensor = outputs[index];
      if (tensor !== undefined) tensors.set(name, tensor);
      else if (name !== "" && used.has(name)) {
        throw new ModelFileError(`${source}: output ${index} of ${node.operator} (${node.name}) is not supported.`);
      }
    });
  }
  const result = tensors.get(wanted.name);
  if (result === undefined || result.kind === "constant") {
    throw new ModelFileError(`${source}: the output "${wanted.name}" does not depend on the inputs.`);
  }
  const elements = elementsOf(result);
  return prune({
    inputs: inputs.map(({ name, shape }) => ({ name, shape })),
    inputCount,
    nodes: builder.nodes,
    output: { name: wanted.name, shape: result.shape, elements, integral: elements.every(builder.isIntegral) },
    argmax,
    ...(ending === undefined ? {} : { ending }),
    notes,
  });
}

function operatorOf(node: OnnxNode, source: string): Operator {
  const operator = OPERATORS.get(node.operator);
  if (operator !== undefined) return operator;
  throw new ModelFileError(
    `${source}: the operator ${node.operator} (${node.name}) is not supported: ${adviceFor(node.operator)}.`,
  );
}

function adviceFor(operator: string): string {
  if (["LSTM", "GRU", "RNN"].includes(operator)) return "unroll it into Gemm layers, or use convolutions";
  if (operator.includes("TreeEnsemble")) return "import the trees themselves";
  if (operator.includes("Normalization")) return "use batch normalisation, which folds into the layer before it";
  if (["Softmax", "Sin", "Cos", "Tan"].includes(operator)) return "leave it to the consumer of the outputs";
  return "replace it by operators from docs/zkml.md and export the model again";
}

/** The nodes on which the output depends, in the file's order. */
function nodesBehind(graph: OnnxGraph, output: string): OnnxNode[] {
  const wanted = new Set([output]);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    node.inputs.forEach((name) => wanted.add(name));
    nodes.push(node);
  }
  return nodes.reverse();
}

function leadsToOutput(graph: OnnxGraph, node: OnnxNode, output: string): boolean {
  return node.outputs.every((name) => {
    const consumers = graph.nodes.filter(({ inputs }) => inputs.includes(name));
    if (name === output) return consumers.length === 0;
    return consumers.every((next) => TRANSPARENT.includes(next.operator) && leadsToOutput(graph, next, output));
  });
}
