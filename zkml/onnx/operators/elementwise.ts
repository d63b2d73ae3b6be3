import { channelsOf } from "../../ir/builder.ts";
import type { Expression } from "../../ir/expression.ts";
import { combine, constantOf, isConstant } from "../../ir/expression.ts";
import { broadcastIndices, broadcastShape } from "../../ir/shape.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { elementsOf, tensorOf } from "../../ir/tensor.ts";
import type { Operator, OperatorCall } from "./call.ts";
import { constantAt, inputAt, numberOf } from "./call.ts";

/** Applies `apply` to every element of input 0; the group is one per channel. */
export function mapElements(call: OperatorCall, apply: (element: Expression, group: number) => Expression): Tensor {
  const tensor = inputAt(call, 0);
  const channels = channelsOf(tensor.shape);
  const groups = call.builder.grouping();
  return tensorOf(
    tensor.shape,
    elementsOf(tensor).map((element, index) => apply(element, groups(channels[index] ?? 0))),
  );
}

/** Applies `apply` to pairs of elements of two tensors under broadcasting. */
function pairElements(
  call: OperatorCall,
  left: Tensor,
  right: Tensor,
  apply: (left: Expression, right: Expression, group: number) => Expression,
): Tensor {
  const shape =
    broadcastShape(left.shape, right.shape) ??
    call.refuse(`joins [${left.shape.join(", ")}] and [${right.shape.join(", ")}], which do not fit`);
  const [a, b] = [elementsOf(left), elementsOf(right)];
  const [fromLeft, fromRight] = [broadcastIndices(left.shape, shape), broadcastIndices(right.shape, shape)];
  const channels = channelsOf(shape);
  const groups = call.builder.grouping();
  const zero = constantOf(0);
  return tensorOf(
    shape,
    fromLeft.map((at, index) => apply(a[at] ?? zero, b[fromRight[index] ?? 0] ?? zero, groups(channels[index] ?? 0))),
  );
}

/** An operator on two tensors. */
function binary(
  apply: (call: OperatorCall, left: Expression, right: Expression, group: number) => Expression,
): Operator {
  return (call) => [
    pairElements(call, inputAt(call, 0), inputAt(call, 1), (left, right, group) => apply(call, left, right, group)),
  ];
}

/** An operator on any number of tensors, taken from left to right. */
function folded(
  apply: (call: OperatorCall, left: Expression, right: Expression, group: number) => Expression,
): Operator {
  return (call) => [
    call.inputs
      .map((_, index) => inputAt(call, index))
      .reduce((left, right) => pairElements(call, left, right, (a, b, group) => apply(call, a, b, group))),
  ];
}

const add = (left: Expression, right: Expression) =>
  combine([
    [left, 1],
    [right, 1],
  ]);
const subtract = (left: Expression, right: Expression) =>
  combine([
    [left, 1],
    [right, -1],
  ]);
const times = ({ builder, node }: OperatorCall, left: Expression, right: Expression, group: number) =>
  builder.product(left, right, group, node.name);

const divide = binary((call, left, right) => {
  if (!isConstant(right))
    return call.refuse(
      "divides by a value that depends on the inputs: divide by a constant, or leave it to the consumer",
    );
  if (right.constant === 0) return call.refuse("divides by zero");
  return combine([[left, 1 / right.constant]]);
});

const power = binary((call, left, right, group) => {
  const exponent = isConstant(right)
    ? right.constant
    : call.refuse("has an exponent that depends on the inputs: give a constant one");
  if (isConstant(left)) return constantOf(left.constant ** exponent);
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 4) {
    return call.refuse(`raises to the power ${exponent}: whole powers from 0 to 4 are supported`);
  }
  let result = constantOf(1);
  for (let step = 0; step < exponent; step += 1) result = times(call, result, left, group);
  return result;
});

const relu: Operator = (call) => [
  mapElements(call, (element, group) => call.builder.relu(element, group, call.node.name)),
];

/** a·x + (1 − a)·relu(x): the slope on the negative side is one more linear term. */
function leaky(call: OperatorCall, element: Expression, slope: number, group: number): Expression {
  return combine([
    [element, slope],
    [call.builder.relu(element, group, call.node.name), 1 - slope],
  ]);
}

const leakyRelu: Operator = (call) => {
  const slope = numberOf(call, "alpha", 0.01);
  return [mapElements(call, (element, group) => leaky(call, element, slope, group))];
};

const pRelu: Operator = (call) => {
  const slopes = constantAt(call, 1, "slopes");
  return [
    pairElements(call, inputAt(call, 0), slopes, (element, slope, group) =>
      leaky(call, element, slope.constant, group),
    ),
  ];
};

/** min(max(x, low), high), either bound may be infinite. */
function clipped(call: OperatorCall, element: Expression, low: number, high: number, group: number): Expression {
  const { builder, node } = call;
  if (low > high) return call.refuse(`clips to [${low}, ${high}]`);
  if (low === high) return constantOf(low);
  const hasLow = low > -1e30;
  const hasHigh = high < 1e30;
  if (hasLow && hasHigh) {
    return combine([[builder.clip(combine([[element, 1]], -low), high - low, group, node.name), 1]], low);
  }
  if (hasLow) return combine([[builder.relu(combine([[element, 1]], -low), group, node.name), 1]], low);
  if (hasHigh) return combine([[builder.relu(combine([[element, -1]], high), group, node.name), -1]], high);
  return element;
}

const clip: Operator = (call) => {
  const bound = (index: number, name: string, fallback: number) =>
    call.inputs[index] ? (constantAt(call, index, name).values[0] ?? fallback) : numberOf(call, name, fallback);
  const [low, high] = [bound(1, "min", -Infinity), bound(2, "max", Infinity)];
  return [mapElements(call, (element, group) => clipped(call, element, low, high, group))];
};

const hardSigmoid: Operator = (call) => {
  const [slope, offset] = [numberOf(call, "alpha", 0.2), numberOf(call, "beta", 0.5)];
  return [mapElements(call, (element, group) => clipped(call, combine([[element, slope]], offset), 0, 1, group))];
};

const hardSwish: Operator = (call) => {
  const gates = call.builder.grouping();
  return [
    mapElements(call, (element, group) => {
      const gate = clipped(call, combine([[element, 1 / 6]], 0.5), 0, 1, gates(group));
      return times(call, element, gate, group);
    }),
  ];
};

const absolute: Operator = (call) => [mapElements(call, (element, group) => magnitude(call, element, group))];

/** |x| = 2·relu(x) − x. */
export function magnitude({ builder, node }: OperatorCall, element: Expression, group: number): Expression {
  return combine([
    [builder.relu(element, group, node.name), 2],
    [element, -1],
  ]);
}

const sign: Operator = (call) => {
  const below = call.builder.grouping();
  return [
    mapElements(call, (element, group) =>
      subtract(
        call.builder.step(element, true, group, call.node.name),
        call.builder.step(combine([[element, -1]]), true, below(group), call.node.name),
      ),
    ),
  ];
};

const atLeast = (strict: boolean, isTurned: boolean): Operator =>
  binary(({ builder, node }, left, right, group) =>
    builder.step(isTurned ? subtract(right, left) : subtract(left, right), strict, group, node.name),
  );

const equal: Operator = binary((call, left, right, group) => {
  const { builder, node } = call;
  if (!builder.isIntegral(left) || !builder.isIntegral(right)) call.refuse("asks whether fractions are equal");
  const groups = builder.grouping();
  const up = builder.step(subtract(left, right), false, group, node.name);
  const down = builder.step(subtract(right, left), false, groups(0), node.name);
  return combine(
    [
      [up, 1],
      [down, 1],
    ],
    -1,
  );
});

const or: Operator = binary((call, left, right, group) =>
  combine([
    [left, 1],
    [right, 1],
    [times(call, left, right, group), -1],
  ]),
);
const xor: Operator = binary((call, left, right, group) =>
  combine([
    [left, 1],
    [right, 1],
    [times(call, left, right, group), -2],
  ]),
);
const not: Operator = (call) => [mapElements(call, (element) => combine([[element, -1]], 1))];

const where: Operator = (call) => {
  const [condition, yes, no] = [inputAt(call, 0), inputAt(call, 1), inputAt(call, 2)];
  const difference = pairElements(call, yes, no, subtract);
  const chosen = pairElements(call, condition, difference, (bit, change, group) => times(call, bit, change, group));
  return [pairElements(call, chosen, no, add)];
};

/** To a whole type: what is whole stays; cutting off fractions is not supported. */
const FLOAT_TYPES = [1, 10, 11, 16];
const cast: Operator = (call) => {
  const tensor = inputAt(call, 0);
  if (FLOAT_TYPES.includes(numberOf(call, "to", 1))) return [tensor];
  if (tensor.kind === "constant") return [{ ...tensor, values: Array.from(tensor.values, Math.trunc) }];
  if (!tensor.elements.every(call.builder.isIntegral))
    call.refuse("cuts off fractions of values from the inputs: leave it to the consumer of the outputs");
  return [tensor];
};

const rounding =
  (round: (value: number) => number): Operator =>
  (call) => [
    mapElements(call, (element) => {
      if (isConstant(element)) return constantOf(round(element.constant));
      return call.builder.isIntegral(element)
        ? element
        : call.refuse("rounds values that are not whole: leave it to the consumer of the outputs");
    }),
  ];

/** The numbers of a constant tensor, each replaced. */
const onConstants =
  (apply: (value: number) => number): Operator =>
  (call) => [
    mapElements(call, (element) =>
      isConstant(element)
        ? constantOf(apply(element.constant))
        : call.refuse(
            "is not piecewise linear: use a curve of docs/zkml.md, or leave it to the consumer of the outputs",
          ),
    ),
  ];

const greatest = ({ builder, node }: OperatorCall, left: Expression, right: Expression, group: number) =>
  builder.max([left, right], group, node.name);
const least = (call: OperatorCall, left: Expression, right: Expression, group: number) =>
  combine([[greatest(call, combine([[left, -1]]), combine([[right, -1]]), group), -1]]);

const mean: Operator = (call) => {
  const [sum] = folded((_, left, right) => add(left, right))(call);
  if (sum === undefined) return [];
  return [
    tensorOf(
      sum.shape,
      elementsOf(sum).map((element) => combine([[element, 1 / call.inputs.length]])),
    ),
  ];
};

/** Operators on elements that are exact in affine terms, relus, steps, products and maxima. */
export const ELEMENTWISE_OPERATORS: Readonly<Record<string, Operator>> = {
  Add: binary((_, left, right) => add(left, right)),
  Sub: binary((_, left, right) => subtract(left, right)),
  Mul: binary(times),
  Div: divide,
  Pow: power,
  Neg: (call) => [mapElements(call, (element) => combine([[element, -1]]))],
  Abs: absolute,
  Sign: sign,
  Sum: folded((_, left, right) => add(left, right)),
  Mean: mean,
  Max: folded(greatest),
  Min: folded(least),
  Relu: relu,
  LeakyRelu: leakyRelu,
  PRelu: pRelu,
  Clip: clip,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  Greater: atLeast(true, false),
  GreaterOrEqual: atLeast(false, false),
  Less: atLeast(true, true),
  LessOrEqual: atLeast(false, true),
  Equal: equal,
  And: binary(times),
  Or: or,
  Xor: xor,
  Not: not,
  Where: where,
  Cast: cast,
  Floor: rounding(Math.floor),
  Ceil: rounding(Math.ceil),
  Round: rounding(Math.round),
  Sqrt: onConstants(Math.sqrt),
  Exp: onConstants(Math.exp),
  Log: onConstants(Math.log),
  Reciprocal: onConstants((value) => 1 / value),
};
