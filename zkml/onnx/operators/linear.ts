import { channelsOf } from "../../ir/builder.ts";
import type { Expression } from "../../ir/expression.ts";
import { combine, isConstant } from "../../ir/expression.ts";
import type { Shape } from "../../ir/shape.ts";
import { broadcastIndices, broadcastShape, coordinatesOf, indexOf, sizeOf } from "../../ir/shape.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { elementsOf, tensorOf } from "../../ir/tensor.ts";
import type { Operator, OperatorCall } from "./call.ts";
import { checkedShape, constantAt, inputAt, numberOf, numbersOf, wordOf } from "./call.ts";

/** Above so many terms a linear operator takes rounded values instead of the sums behind them. */
const MAX_FUSED_TERMS = 2_000_000;

/**
 * The elements that a linear operator works on. Sums are taken as they are, so linear chains fuse; where that would make
 * rows too long, every sum becomes a rounded value first.
 *
 * @param uses In how many products each element takes part.
 */
export function operandsFor(call: OperatorCall, tensor: Tensor, uses: number): readonly Expression[] {
  const elements = elementsOf(tensor);
  const terms = elements.reduce((sum, { wires }) => sum + wires.length, 0);
  const isLong = terms * uses > MAX_FUSED_TERMS && terms > 2 * elements.length;
  const groups = call.builder.grouping();
  const channels = channelsOf(tensor.shape);
  const settled = isLong
    ? elements.map((element, index) =>
        element.wires.length > 1
          ? call.builder.round(element, groups(channels[index] ?? 0), `${call.node.name}, rounding`)
          : element,
      )
    : elements;
  call.builder.spend(settled.reduce((sum, { wires }) => sum + wires.length, 0) * uses);
  return settled;
}

const gemm: Operator = (call) => {
  const [alpha, beta] = [numberOf(call, "alpha", 1), numberOf(call, "beta", 1)];
  const turned = (index: number, attribute: string): Tensor => {
    const tensor = inputAt(call, index);
    const [rows = 0, columns = 0, ...more] = tensor.shape;
    if (tensor.shape.length !== 2 || more.length > 0) call.refuse("takes a tensor that is no matrix");
    if (numberOf(call, attribute, 0) === 0) return tensor;
    const elements = elementsOf(tensor);
    const indices = Array.from({ length: rows * columns }, (_, at) => (at % rows) * columns + Math.floor(at / rows));
    return tensorOf(
      [columns, rows],
      indices.map((at) => elements[at]).filter((element) => element !== undefined),
    );
  };
  const product = multiply(call, turned(0, "transA"), turned(1, "transB"));
  if (call.inputs[2] === undefined) return [scale(product, alpha)];
  const bias = inputAt(call, 2);
  const biases = elementsOf(bias);
  const from = broadcastIndices(bias.shape, product.shape);
  const sums = elementsOf(product).map((element, index) => {
    const added = biases[from[index] ?? 0];
    return combine([[element, alpha], ...(added ? [[added, beta] as const] : [])]);
  });
  return [tensorOf(product.shape, sums)];
};

function scale(tensor: Tensor, factor: number): Tensor {
  return tensorOf(
    tensor.shape,
    elementsOf(tensor).map((element) => combine([[element, factor]])),
  );
}

/** Matrix product with broadcasting over the leading axes. */
function multiply(call: OperatorCall, left: Tensor, right: Tensor): Tensor {
  const leftShape = left.shape.length === 1 ? [1, ...left.shape] : left.shape;
  const rightShape = right.shape.length === 1 ? [...right.shape, 1] : right.shape;
  const [rows = 1, inner = 1] = leftShape.slice(-2);
  const [depth = 1, columns = 1] = rightShape.slice(-2);
  const [leftBatch, rightBatch] = [leftShape.slice(0, -2), rightShape.slice(0, -2)];
  const batch = broadcastShape(leftBatch, rightBatch) ?? call.refuse("multiplies stacks of different sizes");
  if (inner !== depth) call.refuse(`multiplies rows of ${inner} with columns of ${depth}`);
  const a = operandsFor(call, left, columns);
  const b = operandsFor(call, right, rows);
  const leftStack = broadcastIndices(leftBatch, batch);
  const rightStack = broadcastIndices(rightBatch, batch);
  const groups = call.builder.grouping();
  const elements = Array.from({ length: sizeOf(batch) * rows * columns }, (_, index) => {
    const stack = Math.floor(index / (rows * columns));
    const [row, column] = [Math.floor(index / columns) % rows, index % columns];
    const terms: [Expression, number][] = [];
    for (let k = 0; k < inner; k += 1) {
      const x = a[((leftStack[stack] ?? 0) * rows + row) * inner + k];
      const y = b[((rightStack[stack] ?? 0) * inner + k) * columns + column];
      if (x === undefined || y === undefined) continue;
      if (isConstant(y)) terms.push([x, y.constant]);
      else if (isConstant(x)) terms.push([y, x.constant]);
      else terms.push([call.builder.product(x, y, groups(column), call.node.name), 1]);
    }
    return combine(terms);
  });
  const shape: number[] = [...batch];
  if (left.shape.length > 1) shape.push(rows);
  if (right.shape.length > 1) shape.push(columns);
  return tensorOf(shape, elements);
}

const matMul: Operator = (call) => [multiply(call, inputAt(call, 0), inputAt(call, 1))];

/** Where a window looks: for every output position, pairs of place in the window and place in the input. */
export interface Windows {
  readonly shape: Shape;
  /** Places outside the input are left out. */
  readonly places: readonly (readonly (readonly [inWindow: number, inInput: number])[])[];
  /** Places of each window that lie in the input or in its declared padding. */
  readonly padded: readonly number[];
}

/** The windows of a convolution or pooling node over the spatial axes `spatial`. */
export function windowsOf(call: OperatorCall, spatial: Shape, kernel: Shape): Windows {
  const ones = spatial.map(() => 1);
  const strides = numbersOf(call, "strides") ?? ones;
  const dilations = numbersOf(call, "dilations") ?? ones;
  const [before, after] = paddings(call, spatial, kernel, strides, dilations);
  const roundUp = numberOf(call, "ceil_mode", 0) !== 0;
  const shape = spatial.map((length, axis) => {
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    const stride = strides[axis] ?? 1;
    const room = (length + (before[axis] ?? 0) + (after[axis] ?? 0) - reach) / stride;
    const steps = (roundUp ? Math.ceil(room) : Math.floor(room)) + 1;
    // A last window that would begin in the padding behind the input is none.
    return roundUp && (steps - 1) * stride >= length + (before[axis] ?? 0) ? steps - 1 : steps;
  });
  if (shape.some((length) => length < 1)) call.refuse("has a window larger than its input");
  checkedShape(call, shape);
  const padded: number[] = [];
  const places = Array.from({ length: sizeOf(shape) }, (_, index) => {
    const start = coordinatesOf(index, shape).map((at, axis) => at * (strides[axis] ?? 1) - (before[axis] ?? 0));
    const inside: [number, number][] = [];
    let counted = 0;
    for (let place = 0; place < sizeOf(kernel); place += 1) {
      const at = coordinatesOf(place, kernel).map((step, axis) => (start[axis] ?? 0) + step * (dilations[axis] ?? 1));
      if (at.every((coordinate, axis) => coordinate < (spatial[axis] ?? 0) + (after[axis] ?? 0))) counted += 1;
      if (at.every((coordinate, axis) => coordinate >= 0 && coordinate < (spatial[axis] ?? 0))) {
        inside.push([place, indexOf(at, spatial)]);
      }
    }
    padded.push(counted);
    return inside;
  });
  return { shape, places, padded };
}

function paddings(
  call: OperatorCall,
  spatial: Shape,
  kernel: Shape,
  strides: readonly number[],
  dilations: readonly number[],
): [readonly number[], readonly number[]] {
  const mode = wordOf(call, "auto_pad", "NOTSET");
  if (mode === "NOTSET") {
    const pads = numbersOf(call, "pads") ?? [...spatial, ...spatial].map(() => 0);
    return [pads.slice(0, spatial.length), pads.slice(spatial.length)];
  }
  const totals = spatial.map((length, axis) => {
    if (mode === "VALID") return 0;
    const stride = strides[axis] ?? 1;
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    return Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  });
  const smaller = totals.map((total) => Math.floor(total / 2));
  const larger = totals.map((total) => Math.ceil(total / 2));
  return mode === "SAME_LOWER" ? [larger, smaller] : [smaller, larger];
}

const conv: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const weights = constantAt(call, 1, "weights");
  const bias = call.inputs[2] && constantAt(call, 2, "bias");
  const [batch = 1, channels = 1, ...spatial] = tensor.shape;
  const [filters = 1, depth = 1, ...kernel] = weights.shape;
  const groups = numberOf(call, "group", 1);
  if (depth * groups !== channels || filters % groups !== 0 || kernel.length !== spatial.length) {
    call.refuse(`has weights [${weights.shape.join(", ")}] for an input [${tensor.shape.join(", ")}]`);
  }
  const windows = windowsOf(call, spatial, kernel);
  const [area, windowSize] = [sizeOf(spatial), sizeOf(kernel)];
  const elements = operandsFor(call, tensor, (filters / groups) * windowSize);
  const outputs: Expression[] = [];
  for (let image = 0; image < batch; image += 1) {
    for (let filter = 0; filter < filters; filter += 1) {
      const first = Math.floor(filter / (filters / groups)) * depth;
      for (const places of windows.places) {
        const terms: [Expression, number][] = [];
        for (let plane = 0; plane < depth; plane += 1) {
          for (const [inWindow, inInput] of places) {
            const element = elements[(image * channels + first + plane) * area + inInput];
            const weight = weights.values[(filter * depth + plane) * windowSize + inWindow] ?? 0;
            if (element !== undefined) terms.push([element, weight]);
          }
        }
        const offset = bias?.values[filter] ?? 0;
        outputs.push(combine(terms, offset));
      }
    }
  }
  return [tensorOf([batch, filters, ...windows.shape], outputs)];
};

const averagePool: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const isGlobal = call.node.operator === "GlobalAveragePool";
  const spatial = tensor.shape.slice(2);
  const kernel = isGlobal ? spatial : (numbersOf(call, "kernel_shape") ?? call.refuse("has no window"));
  const windows = windowsOf(call, spatial, kernel);
  const countsPadding = numberOf(call, "count_include_pad", 0) !== 0;
  const elements = operandsFor(call, tensor, sizeOf(kernel));
  const planes = sizeOf(tensor.shape.slice(0, 2));
  const outputs = Array.from({ length: planes }, (_, plane) =>
    windows.places.map((places, index) => {
      const divisor = countsPadding ? (windows.padded[index] ?? 1) : places.length;
      return combine(
        places.flatMap(([, at]) => {
          const element = elements[plane * sizeOf(spatial) + at];
          return element ? [[element, 1 / divisor] as const] : [];
        }),
      );
    }),
  ).flat();
  return [tensorOf([...tensor.shape.slice(0, 2), ...windows.shape], outputs)];
};

const batchNormalization: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const [factor, offset, mean, variance] = ["scale", "offset", "mean", "variance"].map((what, index) =>
    constantAt(call, index + 1, what),
  );
  const epsilon = numberOf(call, "epsilon", 1e-5);
  const channels = channelsOf(tensor.shape);
  const elements = elementsOf(tensor).map((element, index) => {
    const channel = channels[index] ?? 0;
    const gain = (factor?.values[channel] ?? 1) / Math.sqrt((variance?.values[channel] ?? 1) + epsilon);
    return combine([[element, gain]], (offset?.values[channel] ?? 0) - gain * (mean?.values[channel] ?? 0));
  });
  return [tensorOf(tensor.shape, elements)];
};

/** Operators that are sums with constant weights. */
export const LINEAR_OPERATORS: Readonly<Record<string, Operator>> = {
  Gemm: gemm,
  MatMul: matMul,
  Conv: conv,
  AveragePool: averagePool,
  GlobalAveragePool: averagePool,
  BatchNormalization: batchNormalization,
};
