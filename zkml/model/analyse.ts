import { ModelFileError } from "../errors.ts";
import type { IntegerLayer, IntegerModel } from "./integer-model.ts";

/** Static bounds of one neuron over *every* input the circuit admits, never over sample data. */
export interface NeuronBounds {
  /** Least and greatest value of the accumulator. */
  readonly low: bigint;
  readonly high: bigint;
  /** Smallest n with −2^(n−1) <= low and high < 2^(n−1). */
  readonly width: number;
  /** Greatest output after ReLU and shift. */
  readonly outputMax: bigint;
}

/** Accumulators must fit signed integers of this width, so that any back end may use 32-bit lanes. */
export const ACCUMULATOR_BITS = 32;

/**
 * Interval analysis of the whole model from the input width alone: bounds[layer][neuron].
 *
 * @throws {ModelFileError} when layers do not fit together, an accumulator exceeds {@link ACCUMULATOR_BITS} or an
 *         output can exceed its packed width.
 */
export function analyse(model: IntegerModel): NeuronBounds[][] {
  let maxima = new Array<bigint>(model.layout.inputCount).fill((1n << BigInt(model.layout.inputBits)) - 1n);
  const bounds = model.layers.map((layer, index) => {
    const neurons = layerBounds(layer, maxima, `Layer ${index} of model "${model.name}"`);
    maxima = neurons.map((neuron) => neuron.outputMax);
    return neurons;
  });
  const outputs = bounds.at(-1);
  if (model.head === "argmax") {
    checkArgmax(model, outputs?.length ?? 0);
    return bounds;
  }
  if (outputs === undefined || outputs.length !== model.layout.outputCount) {
    throw new ModelFileError(`Model "${model.name}" must end in ${model.layout.outputCount} outputs.`);
  }
  const limit = 1n << BigInt(model.layout.outputBits);
  const excess = outputs.find((neuron) => neuron.outputMax >= limit);
  if (excess !== undefined) {
    throw new ModelFileError(
      `Model "${model.name}" can output ${excess.outputMax}, more than ${model.layout.outputBits} bits hold.`,
    );
  }
  return bounds;
}

function checkArgmax(model: IntegerModel, classes: number): void {
  const { outputCount, outputBits } = model.layout;
  if (outputCount !== 1 || classes < 2 || classes > 2 ** outputBits) {
    throw new ModelFileError(
      `Model "${model.name}" must end in 2 to ${2 ** outputBits} classes and one output, not ${classes}.`,
    );
  }
  if (model.layers.at(-1)?.shifts.some((shift) => shift !== 0) === true) {
    throw new ModelFileError(`Model "${model.name}" shifts the sums of its classes: argmax compares them whole.`);
  }
}

function layerBounds(layer: IntegerLayer, maxima: readonly bigint[], place: string): NeuronBounds[] {
  const outputs = layer.weights.length;
  if (outputs === 0 || layer.bias.length !== outputs || layer.shifts.length !== outputs) {
    throw new ModelFileError(`${place} needs one bias and one shift per row of weights.`);
  }
  return layer.weights.map((row, neuron) => {
    if (row.length !== maxima.length) {
      throw new ModelFileError(`${place}: neuron ${neuron} takes ${row.length} inputs but gets ${maxima.length}.`);
    }
    let low = BigInt(layer.bias[neuron] ?? 0);
    let high = low;
    row.forEach((weight, input) => {
      const extreme = BigInt(weight) * (maxima[input] ?? 0n);
      if (extreme < 0n) low += extreme;
      else high += extreme;
    });
    const width = signedWidth(low, high);
    if (width > ACCUMULATOR_BITS) {
      throw new ModelFileError(`${place}: neuron ${neuron} needs ${width} bits, more than ${ACCUMULATOR_BITS}.`);
    }
    const shift = BigInt(layer.shifts[neuron] ?? 0);
    return { low, high, width, outputMax: high > 0n ? high >> shift : 0n };
  });
}

function signedWidth(low: bigint, high: bigint): number {
  let width = 1;
  while (low < -(1n << BigInt(width - 1)) || high >= 1n << BigInt(width - 1)) width += 1;
  return width;
}
