import type { NetworkBuilder } from "../../ir/builder.ts";
import type { Shape } from "../../ir/shape.ts";
import { sizeOf } from "../../ir/shape.ts";
import type { ConstantTensor, Tensor } from "../../ir/tensor.ts";
import type { OnnxNode } from "../decode.ts";

/** A node of the graph while it is carried out. */
export interface OperatorCall {
  readonly node: OnnxNode;
  readonly opset: number;
  /** In the order of the node; undefined for an optional one that is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly builder: NetworkBuilder;
  /** Whether nothing but changes of shape and argmax come between this node and the network's output. */
  readonly isLast: boolean;
  /** Refuses the file with a sentence that names the operator and the node. */
  readonly refuse: (reason: string) => never;
  /** Says in the report what was left out or approximated. */
  readonly note: (sentence: string) => void;
  /** Says that the node, the network's last, is left out: the outputs are its arguments. */
  readonly leaveOut: () => void;
  /** Makes the index of the greatest element of the output the network's answer. */
  readonly answerByArgmax: () => void;
}

/** Carries a node out; returns its outputs, undefined where there is none that we can give. */
export type Operator = (call: OperatorCall) => readonly (Tensor | undefined)[];

/** Input `index`. */
export function inputAt({ inputs, refuse }: OperatorCall, index: number): Tensor {
  return inputs[index] ?? refuse(`lacks input ${index}`);
}

/** Input `index`, which must be known when the file is read. */
export function constantAt(call: OperatorCall, index: number, what: string): ConstantTensor {
  const input = inputAt(call, index);
  return input.kind === "constant" ? input : call.refuse(`takes its ${what} from the inputs: it must be a constant`);
}

/** Input `index` as whole numbers, or undefined when it is left out. */
export function integersAt(call: OperatorCall, index: number, what: string): number[] | undefined {
  if (call.inputs[index] === undefined) return undefined;
  return Array.from(constantAt(call, index, what).values, Math.trunc);
}

/** A numeric attribute. */
export function numberOf({ node, refuse }: OperatorCall, name: string, fallback: number): number {
  const value = node.attributes.get(name) ?? fallback;
  return typeof value === "number" ? value : refuse(`has an attribute "${name}" that is no number`);
}

/** An attribute that is a list of numbers, or undefined when it is left out. */
export function numbersOf({ node, refuse }: OperatorCall, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name);
  if (value === undefined) return undefined;
  const isList = (list: unknown): list is readonly number[] => Array.isArray(list) && typeof list[0] !== "string";
  return isList(value) ? value : refuse(`has an attribute "${name}" that is no list of numbers`);
}

/** An attribute that is a word. */
export function wordOf({ node, refuse }: OperatorCall, name: string, fallback: string): string {
  const value = node.attributes.get(name) ?? fallback;
  return typeof value === "string" ? value : refuse(`has an attribute "${name}" that is no text`);
}

/** No tensor of a network that fits a circuit has more elements. */
const MAX_ELEMENTS = 4_000_000;

/** A shape that a node asks for, if a tensor can have it. */
export function checkedShape({ refuse }: OperatorCall, shape: Shape): Shape {
  const isShape = shape.every((length) => Number.isInteger(length) && length > 0);
  if (!isShape || sizeOf(shape) > MAX_ELEMENTS) refuse(`makes a tensor of the shape [${shape.join(", ")}]`);
  return shape;
}
