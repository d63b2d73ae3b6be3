import { packIntegers } from "../codec/signal-codec.ts";
import { TensorShapeError } from "../errors.ts";
import type { TreeModel } from "./tree-model.ts";

/**
 * The golden reference of tree models.
 *
 * @param model    A checked model.
 * @param features Unsigned integers below 2^inputBits, one per input.
 * @returns Unsigned integers below 2^outputBits.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature is out of range.
 */
export function evaluateTrees(model: TreeModel, features: readonly bigint[]): bigint[] {
  const { layout } = model;
  if (features.length !== layout.inputCount) {
    throw new TensorShapeError(
      `"${layout.inputName}" has ${layout.inputCount} values but ${features.length} were given.`,
    );
  }
  packIntegers(features, layout.inputBits);
  const sums = model.base.map(BigInt);
  for (const { output, root } of model.trees) {
    let node = root;
    while (typeof node !== "number") {
      node = (features[node.feature] ?? 0n) >= BigInt(node.threshold) ? node.high : node.low;
    }
    sums[output] = (sums[output] ?? 0n) + BigInt(node);
  }
  if (model.head !== "argmax") return sums.map((sum) => sum + layout.outputOffset);
  return [BigInt(sums.reduce((best, sum, index) => (sum > (sums[best] ?? 0n) ? index : best), 0))];
}
