import onnxProto from "onnx-proto";

import { seededRandom } from "../../../zkml/random.ts";

const { onnx } = onnxProto;

type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** A network under construction: nodes are added one after the other, each taking the last one's output. */
interface Sketch {
  /** A uniform number in [−1, 1). */
  random(this: void): number;
  /** Adds a node and returns its output's name. */
  add(this: void, operator: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a constant of random numbers, or of the given ones, and returns its name. */
  constant(this: void, shape: readonly number[], values?: readonly number[]): string;
  /** Adds a constant of whole numbers. */
  integers(this: void, values: readonly number[]): string;
}

/** A kind of network: the input's shape and what to add to it; returns the output's name. */
export interface Topology {
  readonly name: string;
  readonly shape: readonly number[];
  readonly build: (sketch: Sketch, input: string) => string;
  /** Whether the answer is an index. */
  readonly isIndex?: true;
}

/** Small networks in which every supported kind of node occurs. */
export const TOPOLOGIES: readonly Topology[] = [
  {
    name: "dense",
    shape: [1, 5],
    build: ({ add, constant }, input) => {
      const hidden = add("Relu", [add("Gemm", [input, constant([6, 5]), constant([6])], { transB: 1 })]);
      const wide = add("LeakyRelu", [add("Gemm", [hidden, constant([6, 4]), constant([4])])], { alpha: 0.25 });
      return add("Softmax", [add("Add", [add("MatMul", [wide, constant([4, 3])]), constant([3])])], { axis: 1 });
    },
  },
  {
    name: "image",
    shape: [1, 2, 5, 5],
    isIndex: true,
    build: ({ add, constant, random }, input) => {
      const grouped = add("Conv", [input, constant([4, 1, 3, 3]), constant([4])], {
        kernel_shape: [3, 3],
        group: 2,
        pads: [1, 1, 1, 1],
        strides: [1, 2],
      });
      const statistics = [0.3, 0.1, -0.2].map((offset) =>
        constant(
          [4],
          [0, 1, 2, 3].map(() => random() / 4 + offset),
        ),
      );
      const variance = constant(
        [4],
        [0, 1, 2, 3].map(() => 1.5 + random()),
      );
      const normal = add("BatchNormalization", [grouped, ...statistics, variance]);
      const pooled = add("MaxPool", [add("Relu", [normal])], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 });
      const flat = add("Flatten", [pooled]);
      return add("ArgMax", [add("Gemm", [flat, constant([24, 3]), constant([3])])], { axis: 1, keepdims: 0 });
    },
  },
  {
    name: "series",
    shape: [1, 3, 8],
    build: ({ add, constant }, input) => {
      const wave = add("Conv", [input, constant([2, 3, 3]), constant([2])], { kernel_shape: [3], dilations: [2] });
      const gentle = add("AveragePool", [add("PRelu", [wave, constant([2, 1])])], { kernel_shape: [2], strides: [2] });
      const gated = add("HardSwish", [gentle]);
      const mean = add("GlobalAveragePool", [gated]);
      return add("Concat", [add("Flatten", [mean]), add("ReduceMax", [gated], { axes: [2], keepdims: 0 })], {
        axis: 1,
      });
    },
  },
  {
    name: "rules",
    shape: [1, 8],
    build: ({ add, constant, integers }, input) => {
      const left = add("Slice", [input, integers([0]), integers([4]), integers([1])]);
      const right = add("Slice", [input, integers([7]), integers([3]), integers([1]), integers([-1])]);
      const smaller = add("Less", [left, right]);
      const chosen = add("Where", [smaller, add("Mul", [left, right]), add("Abs", [left])]);
      const clipped = add("Clip", [chosen, constant([], [-0.5]), constant([], [0.75])]);
      const widest = add("Max", [clipped, add("Min", [left, constant([4])])]);
      return add("HardSigmoid", [add("Transpose", [widest], { perm: [1, 0] })], { alpha: 0.5, beta: 0.25 });
    },
  },
  {
    name: "curves",
    shape: [1, 3],
    build: ({ add, constant }, input) => {
      const state = add("Tanh", [add("MatMul", [input, constant([3, 2])])]);
      const gate = add("Sigmoid", [add("MatMul", [input, constant([3, 2])])]);
      const mixed = add("Sub", [add("Mul", [gate, state]), add("Elu", [state])]);
      return add("Sigmoid", [mixed]);
    },
  },
];

/** The ONNX file of a random network of this kind. */
export function randomOnnx(topology: Topology, seed: number): Uint8Array {
  const uniform = seededRandom(seed);
  const nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  const initializers: InstanceType<typeof onnx.TensorProto>[] = [];
  const types = onnx.TensorProto.DataType;
  const keep = (dataType: number, shape: readonly number[], rawData: Uint8Array) => {
    const name = `constant_${initializers.length}`;
    initializers.push(onnx.TensorProto.create({ name, dataType, dims: [...shape], rawData }));
    return name;
  };
  const sketch: Sketch = {
    random: () => 2 * uniform() - 1,
    add(operator, inputs, attributes = {}) {
      const name = `${operator}_${nodes.length}`;
      nodes.push(
        onnx.NodeProto.create({
          name,
          opType: operator,
          input: [...inputs],
          output: [`${name}_output`],
          attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
        }),
      );
      return `${name}_output`;
    },
    constant(shape, values) {
      const size = shape.reduce((product, length) => product * length, 1);
      const numbers = Float32Array.from({ length: size }, (_, at) => values?.[at] ?? sketch.random());
      return keep(types.FLOAT, shape, new Uint8Array(numbers.buffer));
    },
    integers: (values) => keep(types.INT64, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
  };
  const output = topology.build(sketch, "input");
  const shape = { dim: topology.shape.map((dimValue) => ({ dimValue })) };
  return Uint8Array.from(
    onnx.ModelProto.encode(
      onnx.ModelProto.create({
        irVersion: 8,
        opsetImport: [{ domain: "", version: 14 }],
        graph: {
          name: topology.name,
          node: nodes,
          initializer: initializers,
          input: [{ name: "input", type: { tensorType: { elemType: types.FLOAT, shape } } }],
          output: [{ name: output, type: { tensorType: { elemType: topology.isIndex ? types.INT64 : types.FLOAT } } }],
        },
      }),
    ).finish(),
  );
}

function attributeOf(name: string, value: number | readonly number[]) {
  const types = onnx.AttributeProto.AttributeType;
  if (typeof value !== "number") return { name, type: types.INTS, ints: [...value] };
  return Number.isInteger(value) ? { name, type: types.INT, i: value } : { name, type: types.FLOAT, f: value };
}
