import type { SignalLayout } from "../codec/layout.ts";
import { ModelFileError } from "../errors.ts";
import type { DenseLayer, Perceptron } from "../onnx/perceptron.ts";
import { analyse } from "./analyse.ts";
import type { IntegerLayer, IntegerModel } from "./integer-model.ts";

/** What quantisation takes besides the float model. */
export interface QuantiseClassifierOptions {
  readonly name: string;
  readonly onnxSha256: string;
  readonly inputBits: number;
  /** Features are multiples of 10^−inputDecimals. */
  readonly inputDecimals: number;
  /** Magnitudes of weights are below 2^(weightBits − 1); at most 8. */
  readonly weightBits: number;
  /** The same for the weights of the scores; `weightBits` by default. */
  readonly scoreBits?: number;
  /** Outputs of hidden neurons are brought below 2^hiddenBits. */
  readonly hiddenBits: number;
}

/**
 * Turns a float classifier with one hidden layer and linear scores into an integer model with an argmax head.
 *
 * Each hidden neuron has a scale of its own that makes its weights fill their width, and a shift that makes its greatest
 * output fill `hiddenBits`; the scores' weights take both back. All scores share one last scale, which argmax does not
 * see. Bounds come from the input's width alone, never from data.
 *
 * @throws {ModelFileError} when the model has another shape or does not stay within its bounds.
 */
export function quantiseClassifier(model: Perceptron, options: QuantiseClassifierOptions): IntegerModel {
  const [hidden, scores, ...more] = model.layers;
  if (hidden === undefined || scores === undefined || more.length > 0 || model.ending !== "linear") {
    throw new ModelFileError("Only models with one hidden layer and linear scores can be quantised as classifiers.");
  }
  const weightMax = 2 ** (options.weightBits - 1) - 1;
  const inputMax = 2 ** options.inputBits - 1;
  const rows = Array.from({ length: hidden.outputs }, (_, neuron) =>
    hiddenRow(hidden, neuron, weightMax, inputMax, options),
  );
  const integer: IntegerModel = {
    name: options.name,
    onnxSha256: options.onnxSha256,
    layout: layoutOf(model, hidden.inputs, scores.outputs, options),
    head: "argmax",
    layers: [
      {
        weights: rows.map((row) => row.weights),
        bias: rows.map((row) => row.bias),
        shifts: rows.map((row) => row.shift),
      },
      scoreLayer(
        scores,
        rows.map((row) => row.gain),
        2 ** ((options.scoreBits ?? options.weightBits) - 1) - 1,
      ),
    ],
  };
  analyse(integer);
  return integer;
}

function hiddenRow(
  layer: DenseLayer,
  neuron: number,
  weightMax: number,
  inputMax: number,
  { inputDecimals, hiddenBits }: QuantiseClassifierOptions,
) {
  const row = Array.from(layer.weights.subarray(neuron * layer.inputs, (neuron + 1) * layer.inputs));
  const largest = Math.max(...row.map(Math.abs));
  // A dead neuron keeps any scale.
  const scale = largest > 0 ? weightMax / largest : 1;
  const weights = row.map((weight) => Math.round(weight * scale));
  const bias = (layer.bias[neuron] ?? 0) * 10 ** inputDecimals * scale;
  const high = weights.reduce((sum, weight) => sum + Math.max(0, weight) * inputMax, bias);
  let shift = 0;
  while (high / 2 ** shift >= 2 ** hiddenBits - 1) shift += 1;
  const half = shift > 0 ? 2 ** (shift - 1) : 0;
  // One unit of the float activation in units of the integer output.
  return { weights, bias: Math.round(bias) + half, shift, gain: (10 ** inputDecimals * scale) / 2 ** shift };
}

function scoreLayer(layer: DenseLayer, gains: readonly number[], weightMax: number): IntegerLayer {
  const exact = Array.from({ length: layer.outputs }, (_, at) =>
    gains.map((gain, neuron) => (layer.weights[at * layer.inputs + neuron] ?? 0) / gain),
  );
  const largest = Math.max(...exact.flat().map(Math.abs));
  if (!(largest > 0)) throw new ModelFileError("The model's scores do not depend on its inputs.");
  const scale = weightMax / largest;
  return {
    weights: exact.map((row) => row.map((weight) => Math.round(weight * scale))),
    bias: Array.from(layer.bias, (bias) => Math.round(bias * scale)),
    shifts: Array.from(layer.bias, () => 0),
  };
}

function layoutOf(
  model: Perceptron,
  inputCount: number,
  classes: number,
  { inputBits, inputDecimals }: QuantiseClassifierOptions,
): SignalLayout {
  return {
    inputName: model.inputName,
    outputName: model.outputName,
    inputCount,
    inputBits,
    inputDecimals,
    inputOffset: 0n,
    outputCount: 1,
    outputBits: Math.ceil(Math.log2(classes)),
    outputDecimals: 0,
    outputOffset: 0n,
  };
}
