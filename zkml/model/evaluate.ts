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
  for (const layer of model.layers) {
    values = layer.weights.map((row, neuron) => {
      let sum = BigInt(layer.bias[neuron] ?? 0);
      row.forEach((weight, input) => {
        sum += BigInt(weight) * (values[input] ?? 0n);
      });
      return sum > 0n ? sum >> BigInt(layer.shifts[neuron] ?? 0) : 0n;
    });
  }
  return values;
}
