import onnxProto from "onnx-proto";

import { ModelFileError } from "../errors.ts";
import type { DenseLayer, Perceptron } from "./perceptron.ts";

const { onnx } = onnxProto;

/** ONNX operator set that defines Gemm and Relu as we use them. */
const OPSET = 13;
const IR_VERSION = 8;
const FLOAT = onnx.TensorProto.DataType.FLOAT;

/**
 * Encodes the model as an ONNX file: one Gemm and one Relu node per layer (no Relu after a linear ending), float32. Equal models give equal bytes.
 *
 * @param model The model; at least one layer.
 * @param name  Name of the graph.
 */
export function writeOnnx(model: Perceptron, name: string): Uint8Array {
  const first = model.layers[0];
  const last = model.layers.at(-1);
  if (first === undefined || last === undefined) throw new ModelFileError("A model needs at least one layer.");
  const nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  const initializers: InstanceType<typeof onnx.TensorProto>[] = [];
  let flowing = model.inputName;
  model.layers.forEach((layer, index) => {
    const isLast = index === model.layers.length - 1;
    const isLinear = isLast && model.ending === "linear";
    const [weights, bias] = [`weights_${index}`, `bias_${index}`];
    const sum = isLinear ? model.outputName : `sum_${index}`;
    const active = isLast ? model.outputName : `active_${index}`;
    initializers.push(...tensorsOf(layer, weights, bias));
    nodes.push(
      onnx.NodeProto.create({
        name: `dense_${index}`,
        opType: "Gemm",
        input: [flowing, weights, bias],
        output: [sum],
        // transB: weights are stored one row per output.
        attribute: [{ name: "transB", type: onnx.AttributeProto.AttributeType.INT, i: 1 }],
      }),
    );
    if (isLinear) return;
    nodes.push(onnx.NodeProto.create({ name: `relu_${index}`, opType: "Relu", input: [sum], output: [active] }));
    flowing = active;
  });
  const file = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    producerName: "opg-protocol",
    opsetImport: [{ domain: "", version: OPSET }],
    graph: {
      name,
      node: nodes,
      initializer: initializers,
      input: [rowTensor(model.inputName, first.inputs)],
      output: [rowTensor(model.outputName, last.outputs)],
    },
  });
  return Uint8Array.from(onnx.ModelProto.encode(file).finish());
}

function tensorsOf(layer: DenseLayer, weights: string, bias: string) {
  return [
    onnx.TensorProto.create({
      name: weights,
      dataType: FLOAT,
      dims: [layer.outputs, layer.inputs],
      rawData: littleEndian(layer.weights),
    }),
    onnx.TensorProto.create({ name: bias, dataType: FLOAT, dims: [layer.outputs], rawData: littleEndian(layer.bias) }),
  ];
}

function rowTensor(name: string, length: number) {
  const shape = { dim: [{ dimValue: 1 }, { dimValue: length }] };
  return { name, type: { tensorType: { elemType: FLOAT, shape } } };
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => bytes.setFloat32(index * 4, value, true));
  return new Uint8Array(bytes.buffer);
}
