import { ModelFileError } from "../errors.ts";
import type { TreeModel, TreeNode } from "./tree-model.ts";

/** Static bounds of one sum over every input: no leaf outside them can be reached. */
export interface SumBounds {
  readonly low: bigint;
  readonly high: bigint;
}

/** Sums must stay below 2^31 in magnitude: circuits compare them in 32 bits, and the executor stores leaves in four bytes. */
const SUM_LIMIT = 1n << 31n;

/**
 * The bounds of every sum: base plus the least, and the greatest, leaf of each of its trees.
 *
 * @throws {ModelFileError} when a sum can leave 32 bits, an output its packed width, or the head does not fit.
 */
export function analyseTrees(model: TreeModel): SumBounds[] {
  const { base, head, layout, name, trees } = model;
  const bounds = base.map((constant) => ({ low: BigInt(constant), high: BigInt(constant) }));
  for (const { output, root } of trees) {
    const sum = bounds[output];
    if (sum === undefined)
      throw new ModelFileError(`Model "${name}" has a tree of output ${output} that is not there.`);
    const [low, high] = leafBounds(root);
    sum.low += BigInt(low);
    sum.high += BigInt(high);
  }
  for (const { low, high } of bounds) {
    if (low <= -SUM_LIMIT || high >= SUM_LIMIT) {
      throw new ModelFileError(`Model "${name}" can sum to ${low} or ${high}: give its outputs fewer decimals.`);
    }
  }
  if (head === "argmax") {
    if (layout.outputCount !== 1 || base.length < 2 || base.length > 2 ** layout.outputBits) {
      throw new ModelFileError(
        `Model "${name}" has ${base.length} classes: argmax needs 2 to ${2 ** layout.outputBits} and one output.`,
      );
    }
    return bounds;
  }
  if (base.length !== layout.outputCount) {
    throw new ModelFileError(`Model "${name}" has ${base.length} sums and ${layout.outputCount} outputs.`);
  }
  const limit = 1n << BigInt(layout.outputBits);
  for (const { low, high } of bounds) {
    if (low + layout.outputOffset < 0n || high + layout.outputOffset >= limit) {
      throw new ModelFileError(
        `Model "${name}" can give ${low} to ${high}, which ${layout.outputBits} bits with the offset ` +
          `${layout.outputOffset} do not hold.`,
      );
    }
  }
  return bounds;
}

/** The least and the greatest leaf of a tree. */
export function leafBounds(root: TreeNode): readonly [low: number, high: number] {
  if (typeof root === "number") return [root, root];
  const [low, high] = [leafBounds(root.low), leafBounds(root.high)];
  return [Math.min(low[0], high[0]), Math.max(low[1], high[1])];
}
