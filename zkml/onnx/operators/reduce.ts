import { channelsOf } from "../../ir/builder.ts";
import type { Expression } from "../../ir/expression.ts";
import { combine } from "../../ir/expression.ts";
import { coordinatesOf, indexOf, sizeOf } from "../../ir/shape.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { elementsOf, tensorOf } from "../../ir/tensor.ts";
import type { Operator, OperatorCall } from "./call.ts";
import { inputAt, integersAt, numberOf, numbersOf } from "./call.ts";
import { magnitude } from "./elementwise.ts";
import { windowsOf } from "./linear.ts";
import { axesAt, axisAt } from "./shape.ts";

/** Joins the elements along the node's axes. */
function reduced(
  call: OperatorCall,
  join: (elements: readonly Expression[], group: number) => Expression,
  tensor: Tensor = inputAt(call, 0),
): readonly Tensor[] {
  const { shape } = tensor;
  const named = axesAt(call, 1, shape.length) ?? [];
  const axes = named.length > 0 ? named : shape.map((_, axis) => axis);
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const lines = Array.from({ length: sizeOf(kept) }, (): Expression[] => []);
  elementsOf(tensor).forEach((element, index) => {
    const at = coordinatesOf(index, shape).map((coordinate, axis) => (axes.includes(axis) ? 0 : coordinate));
    lines[indexOf(at, kept)]?.push(element);
  });
  const target = numberOf(call, "keepdims", 1) !== 0 ? kept : shape.filter((_, axis) => !axes.includes(axis));
  const channels = channelsOf(target);
  const groups = call.builder.grouping();
  return [
    tensorOf(
      target,
      lines.map((line, index) => join(line, groups(channels[index] ?? 0))),
    ),
  ];
}

const total = (elements: readonly Expression[]) => combine(elements.map((element) => [element, 1] as const));
const average = (elements: readonly Expression[]) =>
  combine(elements.map((element) => [element, 1 / elements.length] as const));

/** The tensor with every element replaced, each in a group of its channel. */
function replaced(call: OperatorCall, apply: (element: Expression, group: number) => Expression): Tensor {
  const tensor = inputAt(call, 0);
  const channels = channelsOf(tensor.shape);
  const groups = call.builder.grouping();
  return tensorOf(
    tensor.shape,
    elementsOf(tensor).map((element, index) => apply(element, groups(channels[index] ?? 0))),
  );
}

const greatest: Operator = (call) =>
  reduced(call, (elements, group) => call.builder.max(elements, group, call.node.name));

const least: Operator = (call) =>
  reduced(call, (elements, group) => {
    const turned = elements.map((element) => combine([[element, -1]]));
    return combine([[call.builder.max(turned, group, call.node.name), -1]]);
  });

const absoluteSum: Operator = (call) =>
  reduced(
    call,
    total,
    replaced(call, (element, group) => magnitude(call, element, group)),
  );

const squareSum: Operator = (call) =>
  reduced(
    call,
    total,
    replaced(call, (element, group) => call.builder.product(element, element, group, call.node.name)),
  );

const maxPool: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const spatial = tensor.shape.slice(2);
  const isGlobal = call.node.operator === "GlobalMaxPool";
  const kernel = isGlobal ? spatial : (numbersOf(call, "kernel_shape") ?? call.refuse("has no window"));
  const windows = windowsOf(call, spatial, kernel);
  const elements = elementsOf(tensor);
  const channels = tensor.shape[1] ?? 1;
  const groups = call.builder.grouping();
  const outputs = Array.from({ length: sizeOf(tensor.shape.slice(0, 2)) }, (_, plane) =>
    windows.places.map((places) =>
      call.builder.max(
        places.flatMap(([, at]) => elements[plane * sizeOf(spatial) + at] ?? []),
        groups(plane % channels),
        call.node.name,
      ),
    ),
  ).flat();
  return [tensorOf([...tensor.shape.slice(0, 2), ...windows.shape], outputs)];
};

/** The k greatest in order, by k passes of pairwise maxima; which they were is not known. */
const topK: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const count = integersAt(call, 1, "k")?.[0] ?? numberOf(call, "k", 1);
  const axis = axisAt(call, numberOf(call, "axis", -1), tensor.shape.length);
  const length = tensor.shape[axis] ?? 0;
  if (count < 1 || count > length) call.refuse(`takes ${count} of ${length} elements`);
  const direction = numberOf(call, "largest", 1) !== 0 ? 1 : -1;
  const elements = elementsOf(tensor).map((element) => combine([[element, direction]]));
  const inner = sizeOf(tensor.shape.slice(axis + 1));
  const shape = tensor.shape.map((size, at) => (at === axis ? count : size));
  const outputs: Expression[] = new Array<Expression>(sizeOf(shape));
  const groups = call.builder.grouping();
  for (let line = 0; line < elements.length / length; line += 1) {
    const start = Math.floor(line / inner) * inner * length + (line % inner);
    const rest = Array.from({ length }, (_, at) => elements[start + at * inner]).filter(
      (element) => element !== undefined,
    );
    for (let rank = 0; rank < count; rank += 1) {
      for (let at = rest.length - 1; at > rank; at -= 1) {
        const [left, right] = [rest[at - 1], rest[at]];
        if (left === undefined || right === undefined) continue;
        const larger = call.builder.max([left, right], groups(0), call.node.name);
        rest[at - 1] = larger;
        rest[at] = combine([
          [left, 1],
          [right, 1],
          [larger, -1],
        ]);
      }
      const found = rest[rank];
      const to = Math.floor(line / inner) * inner * count + rank * inner + (line % inner);
      if (found !== undefined) outputs[to] = combine([[found, direction]]);
    }
  }
  return [tensorOf(shape, outputs), undefined];
};

/** Operators that join elements. */
export const REDUCTIONS: Readonly<Record<string, Operator>> = {
  ReduceSum: (call) => reduced(call, total),
  ReduceMean: (call) => reduced(call, average),
  ReduceMax: greatest,
  ReduceMin: least,
  ReduceL1: absoluteSum,
  ReduceSumSquare: squareSum,
  MaxPool: maxPool,
  GlobalMaxPool: maxPool,
  TopK: topK,
};
