import { packIntegers } from "../codec/signal-codec.ts";
import { TensorShapeError } from "../errors.ts";
import type { IntegerModel } from "./integer-model.ts";

/**
 * The golden reference: runs the integer model exactly.
 *
 * @param model    A checked model.
 * @param features Unsigned integers below 2^inputBits, one per input.
 * @returns Unsigned integers below 2^outputBits.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature is out of range.
 */
export function evaluate(model: IntegerModel, features: readonly bigint[]): bigint[] {
  if (features.length !== model.layout.inputCount) {
    throw new TensorShapeError(
      `"${model.layout.inputName}" has ${model.layout.inputCount} values but ${features.length} were given.`,
    );
  }
  packIntegers(features, model.layout.inputBits);
  let values = [...features];
  for (const [index, layer] of model.layers.entries()) {
    const plain = model.head === "argmax" && index === model.layers.length - 1;
    values = layer.weights.map((row, neuron) => {
      let sum = BigInt(layer.bias[neuron] ?? 0);
      row.forEach((weight, input) => {
        sum += BigInt(weight) * (values[input] ?? 0n);
      });
      if (plain) return sum;
      return sum > 0n ? sum >> BigInt(layer.shifts[neuron] ?? 0) : 0n;
    });
  }
  return model.head === "argmax" ? [BigInt(indexOfGreatest(values))] : values;
}

/** The lowest index at which the greatest value stands. */
function indexOfGreatest(values: readonly bigint[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? 0n) ? index : best), 0);
}
