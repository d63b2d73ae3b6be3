import onnxProto from "onnx-proto";

import { ModelFileError } from "../errors.ts";
import type { Shape } from "../ir/shape.ts";
import { sizeOf } from "../ir/shape.ts";
import type { ConstantTensor } from "../ir/tensor.ts";
import { constantTensor } from "../ir/tensor.ts";

const { onnx } = onnxProto;
type Graph = NonNullable<ReturnType<typeof onnx.ModelProto.decode>["graph"]>;
type RawTensor = NonNullable<NonNullable<Graph["initializer"]>[number]>;
type RawNode = NonNullable<NonNullable<Graph["node"]>[number]>;
type RawAttribute = NonNullable<NonNullable<RawNode["attribute"]>[number]>;
type RawValue = NonNullable<NonNullable<Graph["input"]>[number]>;

/** The value of an attribute, as far as operators have use for it. */
export type Attribute = number | string | readonly number[] | readonly string[] | ConstantTensor;

/** One node of the file's graph. */
export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  /** Names of tensors; "" for an optional one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A declared input or output. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  /** Whether its numbers are whole: integers or booleans. */
  readonly integral: boolean;
}

/** Before opset 7 operators broadcast by an attribute; after 25 nobody has compared what they mean. */
const [LEAST_OPSET, GREATEST_OPSET] = [7, 25];

/** An ONNX file in plain values. */
export interface OnnxGraph {
  readonly opset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
}

/**
 * Decodes an ONNX file. An open first axis (a batch) of an input is taken as 1.
 *
 * @param bytes  The file.
 * @param source Name used in error messages.
 * @throws {ModelFileError} when the file is damaged, has no inputs, outputs or nodes, or a tensor that is not numbers.
 */
export function decodeOnnx(bytes: Uint8Array, source: string): OnnxGraph {
  let file: ReturnType<typeof onnx.ModelProto.decode>;
  try {
    file = onnx.ModelProto.decode(bytes);
  } catch (cause) {
    throw new ModelFileError(`${source} is not a readable ONNX file: export the model again.`, { cause });
  }
  const { graph } = file;
  const isStandard = (domain: unknown) => domain === undefined || domain === "" || domain === "ai.onnx";
  const opset = Number(file.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0);
  if (!graph || !graph.node?.length || !graph.output?.length || opset === 0) {
    throw new ModelFileError(`${source} holds no graph with nodes and outputs: export the model again.`);
  }
  if (opset < LEAST_OPSET || opset > GREATEST_OPSET) {
    throw new ModelFileError(
      `${source} is of opset ${opset}, whose operators may mean something else: export it with opset 13, ` +
        `or any from ${LEAST_OPSET} to ${GREATEST_OPSET}.`,
    );
  }
  const constants = new Map(
    (graph.initializer ?? []).map((tensor) => [tensor.name ?? "", decodeTensor(tensor, source)]),
  );
  const inputs = (graph.input ?? []).filter(({ name }) => !constants.has(name ?? ""));
  return {
    opset,
    inputs: inputs.map((value) => decodeValue(value, source, true)),
    outputs: graph.output.map((value) => decodeValue(value, source, false)),
    nodes: graph.node.map((node, index) => ({
      operator: isStandard(node.domain) ? (node.opType ?? "") : `${node.domain}.${node.opType}`,
      name: node.name || node.output?.[0] || `node ${index}`,
      inputs: node.input ?? [],
      outputs: node.output ?? [],
      attributes: new Map((node.attribute ?? []).map((raw) => [raw.name ?? "", decodeAttribute(raw, source)])),
    })),
    constants,
  };
}

const TYPES = onnx.TensorProto.DataType;
const FLOATS: readonly number[] = [TYPES.FLOAT, TYPES.DOUBLE, TYPES.FLOAT16, TYPES.BFLOAT16];

function decodeValue(value: RawValue, source: string, isInput: boolean): OnnxValue {
  const name = value.name ?? "";
  const type = value.type?.tensorType;
  const shape = (type?.shape?.dim ?? []).map((dimension, axis) => {
    const size = Number(dimension.dimValue ?? 0);
    if (size > 0 || !isInput) return size;
    if (axis === 0) return 1;
    throw new ModelFileError(`${source}: axis ${axis} of the input "${name}" is open: export it with a fixed size.`);
  });
  return { name, shape, integral: !FLOATS.includes(type?.elemType ?? 0) };
}

function decodeAttribute(raw: RawAttribute, source: string): Attribute {
  const types = onnx.AttributeProto.AttributeType;
  switch (raw.type) {
    case types.FLOAT:
      return raw.f ?? 0;
    case types.INT:
      return Number(raw.i ?? 0);
    case types.STRING:
      return text(raw.s);
    case types.FLOATS:
      return raw.floats ?? [];
    case types.INTS:
      return (raw.ints ?? []).map(Number);
    case types.STRINGS:
      return (raw.strings ?? []).map(text);
    case types.TENSOR:
      return raw.t ? decodeTensor(raw.t, source) : "";
    default:
      return "";
  }
}

function text(bytes: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

function decodeTensor(tensor: RawTensor, source: string): ConstantTensor {
  const shape = (tensor.dims ?? []).map(Number);
  const size = sizeOf(shape);
  const refuse = (reason: string): never => {
    throw new ModelFileError(`${source}: the tensor "${tensor.name}" ${reason}: export the model again.`);
  };
  const type = tensor.dataType ?? 0;
  const raw = tensor.rawData;
  const values = raw && raw.length > 0 ? rawValues(raw, type, size, refuse) : typedValues(tensor, type, refuse);
  if (values.length !== size) refuse(`has ${values.length} numbers instead of ${size}`);
  // Half-open intervals end in an "infinite" index, so only tensors of fractions are held to finite numbers.
  if (FLOATS.includes(type) && !values.every((value) => Number.isFinite(value))) {
    refuse("holds a number that is not finite");
  }
  return constantTensor(shape, values);
}

type Refuse = (reason: string) => never;

function rawValues(raw: Uint8Array, type: number, size: number, refuse: Refuse): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const readers: Readonly<Record<number, readonly [width: number, read: (at: number) => number]>> = {
    [TYPES.FLOAT]: [4, (at) => view.getFloat32(at, true)],
    [TYPES.DOUBLE]: [8, (at) => view.getFloat64(at, true)],
    [TYPES.INT8]: [1, (at) => view.getInt8(at)],
    [TYPES.UINT8]: [1, (at) => view.getUint8(at)],
    [TYPES.BOOL]: [1, (at) => view.getUint8(at)],
    [TYPES.INT16]: [2, (at) => view.getInt16(at, true)],
    [TYPES.UINT16]: [2, (at) => view.getUint16(at, true)],
    [TYPES.INT32]: [4, (at) => view.getInt32(at, true)],
    [TYPES.UINT32]: [4, (at) => view.getUint32(at, true)],
    [TYPES.INT64]: [8, (at) => Number(view.getBigInt64(at, true))],
    [TYPES.UINT64]: [8, (at) => Number(view.getBigUint64(at, true))],
  };
  const [width, read] = readers[type] ?? refuse("is of a type that is no number");
  if (raw.length !== size * width) refuse(`has ${raw.length} bytes instead of ${size * width}`);
  return Array.from({ length: size }, (_, index) => read(index * width));
}

function typedValues(tensor: RawTensor, type: number, refuse: Refuse): number[] {
  const wide = () => (tensor.uint64Data ?? []).map(Number);
  const narrow = () => tensor.int32Data ?? [];
  const readers: Readonly<Record<number, () => number[]>> = {
    [TYPES.FLOAT]: () => tensor.floatData ?? [],
    [TYPES.DOUBLE]: () => tensor.doubleData ?? [],
    [TYPES.INT64]: () => (tensor.int64Data ?? []).map(Number),
    [TYPES.UINT32]: wide,
    [TYPES.UINT64]: wide,
    [TYPES.INT8]: narrow,
    [TYPES.UINT8]: narrow,
    [TYPES.INT16]: narrow,
    [TYPES.UINT16]: narrow,
    [TYPES.INT32]: narrow,
    [TYPES.BOOL]: narrow,
  };
  return (readers[type] ?? refuse("is of a type that is no number"))();
}
