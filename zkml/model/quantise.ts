import type { SignalLayout } from "../codec/layout.ts";
import { ModelFileError } from "../errors.ts";
import type { DenseLayer, Perceptron } from "../onnx/perceptron.ts";
import { analyse } from "./analyse.ts";
import type { IntegerLayer, IntegerModel } from "./integer-model.ts";

/** What quantisation takes besides the float model. */
export interface QuantiseOptions {
  readonly name: string;
  readonly onnxSha256: string;
  /** Widths and decimals of both sides; names and counts come from the model. */
  readonly encoding: Pick<SignalLayout, "inputBits" | "inputDecimals" | "outputBits" | "outputDecimals">;
}

/** Greatest magnitude of a weight: symmetric int8. */
const WEIGHT_MAX = 127;

/** A hidden neuron in integers, its output weight exact, before the common output shift is chosen. */
interface Neuron {
  readonly weights: number[];
  /** Bias in accumulator units, not rounded yet. */
  readonly bias: number;
  readonly outputWeight: number;
  /** Right shift between the accumulator and the output's last decimal, hidden and output shift together. */
  readonly totalShift: number;
}

/**
 * Turns a float model with one hidden layer and one output into an integer model.
 *
 * relu(s·a) = s·relu(a), so every hidden neuron may have any scale: it is chosen such that its *output* weight is an
 * exact int8 integer and its own weights fill int8. Only the first layer's weights are rounded, and every rescaling is
 * a power of two, so the output's unit is exactly 10^−outputDecimals. Neurons that cannot fire for any admissible
 * input are dropped. Bounds come from the input's width alone (see {@link analyse}), never from data.
 *
 * @throws {ModelFileError} when the model's shape is not supported or no scale keeps it within its bounds.
 */
export function quantise(model: Perceptron, options: QuantiseOptions): IntegerModel {
  const [hidden, output, ...more] = model.layers;
  if (hidden === undefined || output === undefined || more.length > 0 || output.outputs !== 1 || model.ending) {
    throw new ModelFileError("Only models with one hidden layer and one output can be quantised.");
  }
  const { encoding } = options;
  const inputMax = 2 ** encoding.inputBits - 1;
  const neurons = Array.from({ length: hidden.outputs }, (_, index) =>
    neuronOf(hidden, output, index, encoding),
  ).filter((neuron): neuron is Neuron => neuron !== undefined && canFire(neuron, inputMax));
  const base = {
    name: options.name,
    onnxSha256: options.onnxSha256,
    layout: {
      inputName: model.inputName,
      outputName: model.outputName,
      inputCount: hidden.inputs,
      inputOffset: 0n,
      outputCount: 1,
      outputOffset: 0n,
      ...encoding,
    },
  };
  const outputBias = (output.bias[0] ?? 0) * 10 ** encoding.outputDecimals;
  let refusal: unknown;
  for (let shift = Math.min(30, ...neurons.map((neuron) => neuron.totalShift)); shift >= 0; shift -= 1) {
    const candidate: IntegerModel = { ...base, layers: layersOf(neurons, outputBias, shift) };
    try {
      analyse(candidate);
      return candidate;
    } catch (error) {
      refusal = error;
    }
  }
  throw new ModelFileError(`Model "${options.name}" has no integer form within its bounds.`, { cause: refusal });
}

function neuronOf(
  hidden: DenseLayer,
  output: DenseLayer,
  index: number,
  encoding: QuantiseOptions["encoding"],
): Neuron | undefined {
  const row = Array.from(hidden.weights.subarray(index * hidden.inputs, (index + 1) * hidden.inputs));
  const outgoing = output.weights[index] ?? 0;
  const largest = Math.max(...row.map(Math.abs));
  // Output units that one input unit moves, per unit of weight.
  const gain = Math.abs(outgoing) * 10 ** (encoding.outputDecimals - encoding.inputDecimals);
  if (gain * largest === 0) return undefined;
  let totalShift = 0;
  while (gain * largest * 2 ** (totalShift + 1) <= WEIGHT_MAX ** 2) totalShift += 1;
  const product = gain * largest * 2 ** totalShift;
  if (product > WEIGHT_MAX ** 2) throw new ModelFileError(`Hidden neuron ${index} is too steep for int8 weights.`);
  const magnitude = Math.max(1, Math.ceil(product / WEIGHT_MAX));
  const scale = (gain * 2 ** totalShift) / magnitude;
  return {
    weights: row.map((weight) => Math.round(weight * scale)),
    bias: (hidden.bias[index] ?? 0) * 10 ** encoding.inputDecimals * scale,
    outputWeight: outgoing > 0 ? magnitude : -magnitude,
    totalShift,
  };
}

function canFire(neuron: Neuron, inputMax: number): boolean {
  return neuron.weights.reduce((sum, weight) => sum + Math.max(0, weight) * inputMax, neuron.bias) > 0;
}

/** Both integer layers for one choice of the output shift. Half a unit in each bias makes the shifts round half up. */
function layersOf(neurons: readonly Neuron[], outputBias: number, outputShift: number): IntegerLayer[] {
  const shifts = neurons.map((neuron) => neuron.totalShift - outputShift);
  const half = (shift: number) => (shift > 0 ? 2 ** (shift - 1) : 0);
  return [
    {
      weights: neurons.map((neuron) => neuron.weights),
      bias: neurons.map((neuron, index) => Math.round(neuron.bias) + half(shifts[index] ?? 0)),
      shifts,
    },
    {
      weights: [neurons.map((neuron) => neuron.outputWeight)],
      bias: [Math.round(outputBias * 2 ** outputShift) + half(outputShift)],
      shifts: [outputShift],
    },
  ];
}
