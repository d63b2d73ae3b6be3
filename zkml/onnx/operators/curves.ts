import type { Expression } from "../../ir/expression.ts";
import { combine, constantOf, isConstant } from "../../ir/expression.ts";
import { sizeOf } from "../../ir/shape.ts";
import type { Operator, OperatorCall } from "./call.ts";
import { inputAt, numberOf } from "./call.ts";
import { mapElements } from "./elementwise.ts";
import { axisAt } from "./shape.ts";

/** A smooth function: constant below `low`; above `high` constant, or rising with slope 1. */
interface Curve {
  readonly apply: (value: number) => number;
  readonly low: number;
  readonly high: number;
  readonly rises: boolean;
}

/** Straight pieces that replace a curve between its ends. */
const PIECES = 12;

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
const softplus = (value: number) => Math.log1p(Math.exp(value));

/** The error function to seven digits (Abramowitz and Stegun 7.1.26). */
function erf(value: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(value));
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(value) * (1 - tail * Math.exp(-value * value));
}

const exponential = (slope: number, scale: number) => (value: number) =>
  value > 0 ? value : slope * Math.expm1(value / scale);

/** The curve of an activation. */
function curveOf(call: OperatorCall): Curve {
  const alpha = (fallback: number) => numberOf(call, "alpha", fallback);
  switch (call.node.operator) {
    case "Sigmoid":
      return { apply: sigmoid, low: -8, high: 8, rises: false };
    case "Tanh":
      return { apply: Math.tanh, low: -4, high: 4, rises: false };
    case "Erf":
      return { apply: erf, low: -3, high: 3, rises: false };
    case "Softplus":
      return { apply: softplus, low: -6, high: 6, rises: true };
    case "Elu":
      return { apply: exponential(alpha(1), 1), low: -6, high: 0, rises: true };
    case "Celu":
      return { apply: exponential(alpha(1), alpha(1)), low: -6 * alpha(1), high: 0, rises: true };
    case "Mish":
      return { apply: (value) => value * Math.tanh(softplus(value)), low: -8, high: 6, rises: true };
    default:
      return { apply: (value) => 0.5 * value * (1 + erf(value / Math.SQRT2)), low: -4, high: 4, rises: true };
  }
}

/** The curve as straight pieces between evenly spaced points, from relus of the distance to its lower end. */
function pieces(
  call: OperatorCall,
  element: Expression,
  { apply, low, high, rises }: Curve,
  group: number,
): Expression {
  const { builder, node } = call;
  const label = `${node.name}, ${PIECES} pieces`;
  const groups = builder.grouping();
  const distance = combine([[element, 1]], -low);
  const start = rises ? builder.relu(distance, group, label) : builder.clip(distance, high - low, group, label);
  const width = (high - low) / PIECES;
  const slopes = Array.from(
    { length: PIECES },
    (_, piece) => (apply(low + (piece + 1) * width) - apply(low + piece * width)) / width,
  );
  if (rises) slopes.push(1);
  const terms = slopes.map((slope, piece): [Expression, number] => {
    if (piece === 0) return [start, slope];
    const beyond = builder.relu(combine([[start, 1]], -piece * width), groups(piece), label);
    return [beyond, slope - (slopes[piece - 1] ?? 0)];
  });
  return combine(terms, apply(low));
}

/** A last monotone activation is left out, which loses nothing; any other becomes straight pieces. */
const curve =
  (isMonotone: boolean): Operator =>
  (call) => {
    const shape = curveOf(call);
    if (isMonotone && call.isLast && inputAt(call, 0).kind === "symbolic") {
      call.leaveOut();
      return [inputAt(call, 0)];
    }
    call.note(`${call.node.operator} (${call.node.name}) is approximated by ${PIECES} straight pieces.`);
    return [
      mapElements(call, (element, group) =>
        isConstant(element) ? constantOf(shape.apply(element.constant)) : pieces(call, element, shape, group),
      ),
    ];
  };

const selu: Operator = (call) => {
  const [alpha, gamma] = [numberOf(call, "alpha", 1.6732632), numberOf(call, "gamma", 1.050701)];
  const shape: Curve = { apply: exponential(alpha, 1), low: -6, high: 0, rises: true };
  call.note(`Selu (${call.node.name}) is approximated by ${PIECES} straight pieces.`);
  return [mapElements(call, (element, group) => combine([[pieces(call, element, shape, group), gamma]]))];
};

const softmax: Operator = (call) => {
  const tensor = inputAt(call, 0);
  axisAt(call, numberOf(call, "axis", call.opset < 13 ? 1 : -1), tensor.shape.length);
  if (!call.isLast) call.refuse("stands inside the network: only a last one, which can be left out, is supported");
  call.leaveOut();
  return [tensor];
};

const argMax: Operator = (call) => {
  const tensor = inputAt(call, 0);
  const axis = axisAt(call, numberOf(call, "axis", 0), tensor.shape.length);
  const isWhole = tensor.shape[axis] === sizeOf(tensor.shape) && sizeOf(tensor.shape) > 1;
  if (!call.isLast || !isWhole || numberOf(call, "select_last_index", 0) !== 0) {
    call.refuse("must be the network's answer, over all its scores, the first of equal ones");
  }
  call.answerByArgmax();
  return [tensor];
};

/** Operators that only have a place at a network's end, and those that are approximated elsewhere. */
export const CURVES: Readonly<Record<string, Operator>> = {
  Sigmoid: curve(true),
  Tanh: curve(true),
  Erf: curve(true),
  Softplus: curve(true),
  Elu: curve(false),
  Celu: curve(false),
  Mish: curve(false),
  Gelu: curve(false),
  Selu: selu,
  Softmax: softmax,
  LogSoftmax: softmax,
  ArgMax: argMax,
};
