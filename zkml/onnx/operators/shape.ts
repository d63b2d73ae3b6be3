import type { Shape } from "../../ir/shape.ts";
import { axisOf, broadcastIndices, broadcastShape, coordinatesOf, indexOf, sizeOf, stridesOf } from "../../ir/shape.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { constantTensor, elementsOf, gathered, reshaped, tensorOf } from "../../ir/tensor.ts";
import type { Operator, OperatorCall } from "./call.ts";
import { checkedShape, constantAt, inputAt, integersAt, numberOf, numbersOf, wordOf } from "./call.ts";

/** The axis that an attribute names. */
export function axisAt(call: OperatorCall, axis: number, rank: number): number {
  return axisOf(axis, rank) ?? call.refuse(`names axis ${axis} of a tensor with ${rank} axes`);
}

/** Axes from an attribute or, in newer files, from an input. */
export function axesAt(call: OperatorCall, input: number, rank: number): number[] | undefined {
  const axes = numbersOf(call, "axes") ?? integersAt(call, input, "axes");
  return axes?.map((axis) => axisAt(call, axis, rank));
}

const identity: Operator = (call) => [inputAt(call, 0)];

const constant: Operator = ({ node, refuse }) => {
  for (const name of ["value", "value_float", "value_int", "value_floats", "value_ints"]) {
    const value = node.attributes.get(name);
    if (typeof value === "number") return [constantTensor([], [value])];
    if (typeof value === "object" && "kind" in value) return [value];
    if (Array.isArray(value)) return [constantTensor([value.length], value.map(Number))];
  }
  return refuse("holds no numbers");
};

const reshape: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const size = sizeOf(tensor.shape);
  const wanted = integersAt(call, 1, "shape") ?? numbersOf(call, "shape") ?? call.refuse("has no shape");
  const shape = wanted.map((length, axis) => (length === 0 ? (tensor.shape[axis] ?? 0) : length));
  const known = shape.reduce((product, length) => (length < 0 ? product : product * length), 1);
  const filled = shape.map((length) => (length < 0 ? size / known : length));
  if (sizeOf(filled) !== size) call.refuse(`makes [${shape.join(", ")}] of ${size} elements`);
  return [reshaped(tensor, filled)];
};

const flatten: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const axis = numberOf(call, "axis", 1);
  const from = axis < 0 ? axis + tensor.shape.length : axis;
  return [reshaped(tensor, [sizeOf(tensor.shape.slice(0, from)), sizeOf(tensor.shape.slice(from))])];
};

const squeeze: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const axes = axesAt(call, 1, tensor.shape.length);
  const shape = tensor.shape.filter((length, axis) => (axes ? !axes.includes(axis) : length !== 1));
  if (sizeOf(shape) !== sizeOf(tensor.shape)) call.refuse("removes an axis that is longer than 1");
  return [reshaped(tensor, shape)];
};

const unsqueeze: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const added = numbersOf(call, "axes") ?? integersAt(call, 1, "axes") ?? call.refuse("has no axes");
  const rank = tensor.shape.length + added.length;
  const axes = added.map((axis) => axisAt(call, axis, rank));
  const rest = [...tensor.shape];
  return [
    reshaped(
      tensor,
      Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1))),
    ),
  ];
};

const transpose: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const { shape } = tensor;
  const order = numbersOf(call, "perm") ?? shape.map((_, axis) => shape.length - 1 - axis);
  const target = order.map((axis) => shape[axis] ?? call.refuse("names an axis that does not exist"));
  const strides = stridesOf(shape);
  const indices = Array.from({ length: sizeOf(target) }, (_, index) =>
    coordinatesOf(index, target).reduce((sum, at, axis) => sum + at * (strides[order[axis] ?? 0] ?? 0), 0),
  );
  return [gathered(tensor, target, indices)];
};

const concat: Operator = (call) => {
  const tensors = call.inputs.map((_, index) => inputAt(call, index));
  const [first] = tensors;
  if (first === undefined) return call.refuse("has no inputs");
  const axis = axisAt(call, numberOf(call, "axis", 0), first.shape.length);
  const length = tensors.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const shape = first.shape.map((size, at) => (at === axis ? length : size));
  const outer = sizeOf(first.shape.slice(0, axis));
  const parts = tensors.map((tensor) => ({
    elements: elementsOf(tensor),
    run: sizeOf(tensor.shape.slice(axis)),
  }));
  const elements = Array.from({ length: outer }, (_, block) =>
    parts.flatMap((part) => part.elements.slice(block * part.run, (block + 1) * part.run)),
  ).flat();
  if (elements.length !== sizeOf(shape)) call.refuse("joins tensors whose other axes differ");
  return [tensorOf(shape, elements)];
};

const slice: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const { shape } = tensor;
  const starts = numbersOf(call, "starts") ?? integersAt(call, 1, "starts") ?? call.refuse("has no starts");
  const ends = numbersOf(call, "ends") ?? integersAt(call, 2, "ends") ?? call.refuse("has no ends");
  const axes = numbersOf(call, "axes") ?? integersAt(call, 3, "axes") ?? starts.map((_, axis) => axis);
  const steps = integersAt(call, 4, "steps") ?? starts.map(() => 1);
  const picked = shape.map((length) => Array.from({ length }, (_, index) => index));
  axes.forEach((named, at) => {
    const axis = axisAt(call, named, shape.length);
    const length = shape[axis] ?? 0;
    const step = steps[at] ?? 1;
    if (step === 0) call.refuse("has a step of 0");
    const clamp = (value: number, low: number, high: number) =>
      Math.min(Math.max(value < 0 ? value + length : value, low), high);
    const start = clamp(starts[at] ?? 0, 0, step > 0 ? length : length - 1);
    const end = step > 0 ? clamp(ends[at] ?? 0, 0, length) : clamp(ends[at] ?? 0, -1, length - 1);
    const indices: number[] = [];
    for (let index = start; step > 0 ? index < end : index > end; index += step) indices.push(index);
    picked[axis] = indices;
  });
  const target = picked.map((indices) => indices.length);
  if (sizeOf(target) === 0) call.refuse("leaves nothing");
  const indices = Array.from({ length: sizeOf(target) }, (_, index) =>
    indexOf(
      coordinatesOf(index, target).map((at, axis) => picked[axis]?.[at] ?? 0),
      shape,
    ),
  );
  return [gathered(tensor, target, indices)];
};

const split: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const axis = axisAt(call, numberOf(call, "axis", 0), tensor.shape.length);
  const length = tensor.shape[axis] ?? 0;
  const count = call.node.outputs.length;
  const equal = Array.from({ length: count }, (_, at) =>
    Math.min(Math.ceil(length / count), length - at * Math.ceil(length / count)),
  );
  const sizes = numbersOf(call, "split") ?? integersAt(call, 1, "sizes") ?? equal;
  let start = 0;
  return sizes.map((size) => {
    const shape = tensor.shape.map((old, at) => (at === axis ? size : old));
    const from = start;
    start += size;
    const indices = Array.from({ length: sizeOf(shape) }, (_, index) =>
      indexOf(
        coordinatesOf(index, shape).map((at, place) => (place === axis ? at + from : at)),
        tensor.shape,
      ),
    );
    return gathered(tensor, shape, indices);
  });
};

const gather: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const indices = constantAt(call, 1, "indices");
  const axis = axisAt(call, numberOf(call, "axis", 0), tensor.shape.length);
  const length = tensor.shape[axis] ?? 0;
  const shape = [...tensor.shape.slice(0, axis), ...indices.shape, ...tensor.shape.slice(axis + 1)];
  const inner = sizeOf(tensor.shape.slice(axis + 1));
  const count = indices.values.length;
  const picked = Array.from({ length: sizeOf(shape) }, (_, index) => {
    const outer = Math.floor(index / (inner * count));
    const named = indices.values[Math.floor(index / inner) % count] ?? 0;
    const at = named < 0 ? named + length : named;
    if (at < 0 || at >= length) call.refuse(`takes element ${named} of an axis of ${length}`);
    return (outer * length + at) * inner + (index % inner);
  });
  return [gathered(tensor, shape, picked)];
};

const pad: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const { shape } = tensor;
  const mode = wordOf(call, "mode", "constant");
  if (mode !== "constant") call.refuse(`pads by "${mode}": only constant padding is supported`);
  const pads = numbersOf(call, "pads") ?? integersAt(call, 1, "pads") ?? call.refuse("has no pads");
  const axes = integersAt(call, 3, "axes") ?? shape.map((_, axis) => axis);
  const value = call.inputs[2] ? (constantAt(call, 2, "value").values[0] ?? 0) : numberOf(call, "value", 0);
  const before = shape.map(() => 0);
  const target = [...shape];
  axes.forEach((named, at) => {
    const axis = axisAt(call, named, shape.length);
    before[axis] = pads[at] ?? 0;
    target[axis] = (shape[axis] ?? 0) + (pads[at] ?? 0) + (pads[at + axes.length] ?? 0);
  });
  checkedShape(call, target);
  const indices = Array.from({ length: sizeOf(target) }, (_, index) => {
    const from = coordinatesOf(index, target).map((at, axis) => at - (before[axis] ?? 0));
    return from.every((at, axis) => at >= 0 && at < (shape[axis] ?? 0)) ? indexOf(from, shape) : -1;
  });
  return [gathered(tensor, target, indices, value)];
};

function broadcastTo(call: OperatorCall, tensor: Tensor, shape: Shape): Tensor {
  const common =
    broadcastShape(tensor.shape, checkedShape(call, shape)) ??
    call.refuse("does not fit the shape that it is expanded to");
  return gathered(tensor, common, broadcastIndices(tensor.shape, common));
}

const expand: Operator = (call) => {
  const shape = integersAt(call, 1, "shape") ?? call.refuse("has no shape");
  return [broadcastTo(call, inputAt(call, 0), shape)];
};

const tile: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const repeats = integersAt(call, 1, "repeats") ?? call.refuse("has no repeats");
  const shape = checkedShape(
    call,
    tensor.shape.map((length, axis) => length * (repeats[axis] ?? 1)),
  );
  const indices = Array.from({ length: sizeOf(shape) }, (_, index) =>
    indexOf(
      coordinatesOf(index, shape).map((at, axis) => at % (tensor.shape[axis] ?? 1)),
      tensor.shape,
    ),
  );
  return [gathered(tensor, shape, indices)];
};

const shapeOf: Operator = (call) => {
  const { shape } = inputAt(call, 0);
  return [constantTensor([shape.length], shape)];
};

const constantOfShape: Operator = (call) => {
  const shape = checkedShape(call, integersAt(call, 0, "shape") ?? call.refuse("has no shape"));
  const value = call.node.attributes.get("value");
  const filler = typeof value === "object" && "kind" in value ? (value.values[0] ?? 0) : 0;
  return [constantTensor(shape, new Float64Array(sizeOf(shape)).fill(filler))];
};

/** Nearest neighbour with whole factors is a rearrangement; everything else needs other arithmetic. */
const resize: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const mode = wordOf(call, "mode", "nearest");
  if (mode !== "nearest") call.refuse(`interpolates by "${mode}": only nearest neighbours are supported`);
  const isUpsample = call.node.operator === "Upsample";
  const scaleInput = isUpsample ? 1 : 2;
  const given = call.inputs[scaleInput] && constantAt(call, scaleInput, "scales");
  const sizes = isUpsample ? undefined : integersAt(call, 3, "sizes");
  const scales = given?.values.length
    ? Array.from(given.values)
    : (sizes?.map((size, axis) => size / (tensor.shape[axis] ?? 1)) ?? [...(numbersOf(call, "scales") ?? [])]);
  const isWhole =
    scales.length === tensor.shape.length && scales.every((scale) => Number.isInteger(scale) && scale > 0);
  if (!isWhole) call.refuse("resizes by a factor that is not whole");
  const shape = checkedShape(
    call,
    tensor.shape.map((length, axis) => length * (scales[axis] ?? 1)),
  );
  const indices = Array.from({ length: sizeOf(shape) }, (_, index) =>
    indexOf(
      coordinatesOf(index, shape).map((at, axis) => Math.floor(at / (scales[axis] ?? 1))),
      tensor.shape,
    ),
  );
  return [gathered(tensor, shape, indices)];
};

const trilu: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const diagonal = integersAt(call, 1, "diagonal")?.[0] ?? 0;
  const keepsUpper = numberOf(call, "upper", 1) !== 0;
  const indices = Array.from({ length: sizeOf(tensor.shape) }, (_, index) => {
    const [column = 0, row = 0] = coordinatesOf(index, tensor.shape).toReversed();
    return (keepsUpper ? column - row >= diagonal : column - row <= diagonal) ? index : -1;
  });
  return [gathered(tensor, tensor.shape, indices)];
};

/** Operators that only move elements. */
export const SHAPE_OPERATORS: Readonly<Record<string, Operator>> = {
  Identity: identity,
  Dropout: identity,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shapeOf,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
  Gather: gather,
  Pad: pad,
  Expand: expand,
  Tile: tile,
  Resize: resize,
  Upsample: resize,
  Trilu: trilu,
};
