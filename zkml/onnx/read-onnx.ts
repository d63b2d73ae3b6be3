import onnxProto from "onnx-proto";

import { ModelFileError } from "../errors.ts";
import type { DenseLayer, Perceptron } from "./perceptron.ts";

const { onnx } = onnxProto;
type Graph = ReturnType<typeof onnx.ModelProto.decode>["graph"];
type Tensor = NonNullable<NonNullable<NonNullable<Graph>["initializer"]>[number]>;
type ValueInfo = NonNullable<NonNullable<NonNullable<Graph>["input"]>[number]>;
type GraphNode = NonNullable<NonNullable<NonNullable<Graph>["node"]>[number]>;

/**
 * Decodes an ONNX file that is a chain of Gemm (transB = 1, no other attribute) and Relu nodes, float32; the last Relu
 * may be missing.
 *
 * @param bytes  The file.
 * @param source Name used in error messages.
 * @throws {ModelFileError} when the file is damaged or holds anything that the circuit generator does not support.
 */
export function readOnnx(bytes: Uint8Array, source: string): Perceptron {
  const fail = (reason: string): never => {
    throw new ModelFileError(`${source}: ${reason} Supported: a chain of Gemm (transB = 1) and Relu in float32.`);
  };
  let graph: Graph;
  try {
    graph = onnx.ModelProto.decode(bytes).graph;
  } catch (cause) {
    throw new ModelFileError(`${source} is not a readable ONNX file: export the model again.`, { cause });
  }
  const [input, ...otherInputs] = graph?.input ?? [];
  const [output, ...otherOutputs] = graph?.output ?? [];
  if (!graph || !input?.name || !output?.name || otherInputs.length + otherOutputs.length > 0) {
    return fail("The graph must have exactly one named input and one named output.");
  }
  const tensors = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? "", tensor]));
  const nodes = graph.node ?? [];
  if (nodes.length < 2) fail("The graph must be pairs of Gemm and Relu, and perhaps a last Gemm.");
  const layers: DenseLayer[] = [];
  let flowing = input.name;
  for (let index = 0; index < nodes.length; index += 2) {
    const [dense, relu] = [nodes[index]!, nodes[index + 1]];
    const isActivated = relu === undefined || relu.opType === "Relu";
    if (!isPlainGemm(dense) || !isActivated || dense.input?.length !== 3) {
      fail(`Nodes ${index} and ${index + 1} are "${dense.opType}" and "${relu?.opType ?? "none"}".`);
    }
    const isChained = relu === undefined || relu.input?.[0] === dense.output?.[0];
    if (dense.input?.[0] !== flowing || !isChained) fail("The nodes are not one chain.");
    const weights = tensors.get(dense.input?.[1] ?? "") ?? fail("A Gemm node has no weights.");
    const bias = tensors.get(dense.input?.[2] ?? "") ?? fail("A Gemm node has no bias.");
    layers.push(layerOf(weights, bias, layers.at(-1)?.outputs ?? rowLength(input), fail));
    flowing = (relu ?? dense).output?.[0] ?? "";
  }
  if (flowing !== output.name) fail("The last node is not the output.");
  if (layers.at(-1)?.outputs !== rowLength(output)) fail("The output's shape is not [1, outputs of the last layer].");
  const ending = nodes.length % 2 === 0 ? {} : { ending: "linear" as const };
  return { inputName: input.name, outputName: output.name, layers, ...ending };
}

function isPlainGemm(node: GraphNode): boolean {
  const attributes = node.attribute ?? [];
  const [only] = attributes;
  return node.opType === "Gemm" && attributes.length === 1 && only?.name === "transB" && Number(only.i) === 1;
}

function layerOf(weights: Tensor, bias: Tensor, inputs: number, fail: (reason: string) => never): DenseLayer {
  const [outputs = 0, columns = 0] = (weights.dims ?? []).map(Number);
  const [biases = 0] = (bias.dims ?? []).map(Number);
  if (weights.dims?.length !== 2 || bias.dims?.length !== 1 || outputs === 0 || biases !== outputs) {
    fail(`Tensor shapes of "${weights.name}" and "${bias.name}" do not belong together.`);
  }
  if (columns !== inputs) fail(`"${weights.name}" takes ${columns} inputs but gets ${inputs}.`);
  return { inputs, outputs, weights: floatsOf(weights, fail), bias: floatsOf(bias, fail) };
}

function floatsOf(tensor: Tensor, fail: (reason: string) => never): Float32Array {
  const raw = tensor.rawData ?? new Uint8Array();
  const length = (tensor.dims ?? []).map(Number).reduce((product, size) => product * size, 1);
  if (tensor.dataType !== onnx.TensorProto.DataType.FLOAT || raw.length !== length * 4) {
    fail(`"${tensor.name}" is not raw float32 data of its shape.`);
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values = Float32Array.from({ length }, (_, index) => view.getFloat32(index * 4, true));
  if (!values.every(Number.isFinite)) fail(`"${tensor.name}" holds a number that is not finite.`);
  return values;
}

/** The n of a tensor declared as [1, n], or 0. */
function rowLength(value: ValueInfo): number {
  const dimensions = value.type?.tensorType?.shape?.dim ?? [];
  const [rows, columns] = dimensions.map((dimension) => Number(dimension.dimValue ?? 0));
  return dimensions.length === 2 && rows === 1 ? (columns ?? 0) : 0;
}
