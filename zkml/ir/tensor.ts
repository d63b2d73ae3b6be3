import type { Expression } from "./expression.ts";
import { constantOf } from "./expression.ts";
import type { Shape } from "./shape.ts";

/** A tensor whose elements are known when the file is read. */
export interface ConstantTensor {
  readonly kind: "constant";
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/** A tensor whose elements depend on the inputs. */
export interface SymbolicTensor {
  readonly kind: "symbolic";
  readonly shape: Shape;
  readonly elements: readonly Expression[];
}

/** A tensor while a network is read. */
export type Tensor = ConstantTensor | SymbolicTensor;

/** A constant tensor. */
export function constantTensor(shape: Shape, values: ArrayLike<number>): ConstantTensor {
  return { kind: "constant", shape, values };
}

/** A tensor of expressions; constant when no element depends on a wire. */
export function tensorOf(shape: Shape, elements: readonly Expression[]): Tensor {
  if (elements.every(({ wires }) => wires.length === 0)) {
    return constantTensor(
      shape,
      elements.map(({ constant }) => constant),
    );
  }
  return { kind: "symbolic", shape, elements };
}

/** Every element as an expression. */
export function elementsOf(tensor: Tensor): readonly Expression[] {
  return tensor.kind === "symbolic" ? tensor.elements : Array.from(tensor.values, constantOf);
}

/** The tensor whose element i is element `indices[i]` of `tensor`; −1 stands for `filler`. */
export function gathered(tensor: Tensor, shape: Shape, indices: readonly number[], filler = 0): Tensor {
  if (tensor.kind === "constant") {
    return constantTensor(
      shape,
      indices.map((index) => (index < 0 ? filler : (tensor.values[index] ?? 0))),
    );
  }
  const blank = constantOf(filler);
  return tensorOf(
    shape,
    indices.map((index) => tensor.elements[index] ?? blank),
  );
}

/** The same elements in another shape. */
export function reshaped(tensor: Tensor, shape: Shape): Tensor {
  return { ...tensor, shape };
}
