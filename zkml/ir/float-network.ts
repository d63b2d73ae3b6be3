import type { Expression } from "./expression.ts";
import { valueOf } from "./expression.ts";
import type { Shape } from "./shape.ts";

/**
 * What a node does with its operands:
 * - relu: max(0, a);
 * - clip: min(max(0, a), limit);
 * - step: 1 if a ≥ 0 (a > 0 if strict), else 0;
 * - product: a · b;
 * - max: the greatest operand;
 * - round: a itself, a place to round between linear layers.
 */
export type FloatNode = { readonly group: number; readonly label: string } & (
  | { readonly kind: "relu" | "round"; readonly operands: readonly [Expression] }
  | { readonly kind: "clip"; readonly operands: readonly [Expression]; readonly limit: number }
  | { readonly kind: "step"; readonly operands: readonly [Expression]; readonly strict: boolean }
  | { readonly kind: "product"; readonly operands: readonly [Expression, Expression] }
  | { readonly kind: "max"; readonly operands: readonly Expression[] }
);

/** A named tensor with its shape. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * A network in floating point, every linear operator already carried out: wires 0 to n − 1 are the elements of the
 * inputs, one after the other, and wire n + i is the value of node i, which depends on earlier wires only. Nodes with the
 * same `group` (one operator, one channel) get the same scale.
 */
export interface FloatNetwork {
  readonly inputs: readonly NamedShape[];
  readonly inputCount: number;
  readonly nodes: readonly FloatNode[];
  readonly output: NamedShape & { readonly elements: readonly Expression[]; readonly integral: boolean };
  /** Whether the network's answer is the index of the greatest element of the output. */
  readonly argmax: boolean;
  /** The operator that was left out at the end: the outputs are its arguments. */
  readonly ending?: string;
  /** What was left out or approximated, in sentences. */
  readonly notes: readonly string[];
}

/** What a network computes from one row of inputs. */
export interface FloatTrace {
  /** The value of every wire. */
  readonly wires: Float64Array;
  /** The output's elements, before any argmax. */
  readonly outputs: readonly number[];
}

/** Runs the network in floating point. The row must have one number for every input element. */
export function traceFloat(network: FloatNetwork, row: ArrayLike<number>): FloatTrace {
  const wires = new Float64Array(network.inputCount + network.nodes.length);
  for (let input = 0; input < network.inputCount; input += 1) wires[input] = row[input] ?? 0;
  network.nodes.forEach((node, index) => {
    wires[network.inputCount + index] = nodeValue(node, wires);
  });
  return { wires, outputs: network.output.elements.map((element) => valueOf(element, wires)) };
}

function nodeValue(node: FloatNode, wires: Float64Array): number {
  const operands: readonly Expression[] = node.operands;
  const value = operands[0] === undefined ? 0 : valueOf(operands[0], wires);
  switch (node.kind) {
    case "relu":
      return Math.max(0, value);
    case "clip":
      return Math.min(Math.max(0, value), node.limit);
    case "step":
      return (node.strict ? value > 0 : value >= 0) ? 1 : 0;
    case "product":
      return value * valueOf(node.operands[1], wires);
    case "max":
      return Math.max(...node.operands.map((operand) => valueOf(operand, wires)));
    case "round":
      return value;
  }
}
