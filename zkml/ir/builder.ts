import { ModelFileError } from "../errors.ts";
import type { Expression } from "./expression.ts";
import { combine, constantOf, isConstant, wireOf } from "./expression.ts";
import type { FloatNode } from "./float-network.ts";
import type { Shape } from "./shape.ts";
import { sizeOf } from "./shape.ts";

/** Networks beyond these sizes are refused before they exhaust the machine. */
export const MAX_NODES = 200_000;
export const MAX_TERMS = 12_000_000;

/** Gives every channel of one operator a number of its own. */
export type Grouping = (channel: number) => number;

/** Collects the nodes of a network; nodes of constants become constants. */
export interface NetworkBuilder {
  readonly nodes: readonly FloatNode[];
  /** New groups for an operator. */
  grouping(): Grouping;
  /** Whether the expression is a whole number whatever the inputs are. */
  isIntegral(this: void, expression: Expression): boolean;
  /** Counts the terms of linear work before it is done. @throws {ModelFileError} beyond {@link MAX_TERMS} */
  spend(terms: number): void;
  relu(operand: Expression, group: number, label: string): Expression;
  /** min(max(0, operand), limit); limit is positive. */
  clip(operand: Expression, limit: number, group: number, label: string): Expression;
  step(operand: Expression, strict: boolean, group: number, label: string): Expression;
  product(left: Expression, right: Expression, group: number, label: string): Expression;
  max(operands: readonly Expression[], group: number, label: string): Expression;
  round(operand: Expression, group: number, label: string): Expression;
}

/**
 * A builder for a network whose first wires are its inputs.
 *
 * @param integral For every input whether it is a whole number.
 * @param source   Name used in error messages.
 */
export function networkBuilder(integral: readonly boolean[], source: string): NetworkBuilder {
  const inputCount = integral.length;
  const nodes: FloatNode[] = [];
  const wholeWires = [...integral];
  const isIntegral = ({ wires, factors, constant }: Expression) =>
    Number.isInteger(constant) && factors.every(Number.isInteger) && wires.every((wire) => wholeWires[wire] === true);
  let groups = 0;
  let spent = 0;
  const add = (node: FloatNode): Expression => {
    if (nodes.length >= MAX_NODES) {
      throw new ModelFileError(`${source} has more than ${MAX_NODES} non-linear elements: make the model smaller.`);
    }
    nodes.push(node);
    const isWhole = node.kind !== "clip" || Number.isInteger(node.limit);
    wholeWires.push(node.kind === "step" || (isWhole && node.operands.every(isIntegral)));
    return wireOf(inputCount + nodes.length - 1);
  };
  return {
    nodes,
    isIntegral,
    grouping() {
      const known = new Map<number, number>();
      return (channel) => {
        const group = known.get(channel) ?? groups++;
        known.set(channel, group);
        return group;
      };
    },
    spend(terms) {
      spent += terms;
      if (spent > MAX_TERMS) {
        throw new ModelFileError(`${source} has more than ${MAX_TERMS} weighted terms: make the model smaller.`);
      }
    },
    relu(operand, group, label) {
      if (isConstant(operand)) return constantOf(Math.max(0, operand.constant));
      return add({ kind: "relu", operands: [operand], group, label });
    },
    clip(operand, limit, group, label) {
      if (isConstant(operand)) return constantOf(Math.min(Math.max(0, operand.constant), limit));
      return add({ kind: "clip", operands: [operand], limit, group, label });
    },
    step(operand, strict, group, label) {
      const { constant } = operand;
      if (isConstant(operand)) return constantOf((strict ? constant > 0 : constant >= 0) ? 1 : 0);
      return add({ kind: "step", operands: [operand], strict, group, label });
    },
    product(left, right, group, label) {
      if (isConstant(left)) return combine([[right, left.constant]]);
      if (isConstant(right)) return combine([[left, right.constant]]);
      return add({ kind: "product", operands: [left, right], group, label });
    },
    max(operands, group, label) {
      const [only] = operands;
      if (operands.length === 1 && only !== undefined) return only;
      if (operands.every(isConstant)) return constantOf(Math.max(...operands.map(({ constant }) => constant)));
      return add({ kind: "max", operands, group, label });
    },
    round(operand, group, label) {
      return isConstant(operand) ? operand : add({ kind: "round", operands: [operand], group, label });
    },
  };
}

/** The channel of every element: its place along axis 1, or along the only axis. */
export function channelsOf(shape: Shape): number[] {
  const inner = shape.length > 1 ? sizeOf(shape.slice(2)) : 1;
  const channels = shape[shape.length > 1 ? 1 : 0] ?? 1;
  return Array.from({ length: sizeOf(shape) }, (_, index) => Math.floor(index / inner) % channels);
}
