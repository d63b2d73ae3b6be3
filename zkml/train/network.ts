import { seededRandom, shuffle } from "../random.ts";

/** A network with one hidden ReLU layer and one ReLU output; weights row-major per hidden neuron. */
export interface Network {
  readonly inputs: number;
  readonly hidden: number;
  /** hidden × inputs. */
  readonly hiddenWeights: Float64Array;
  readonly hiddenBias: Float64Array;
  readonly outputWeights: Float64Array;
  /** One value. */
  readonly outputBias: Float64Array;
}

/** Rows of inputs and their targets, both already scaled to about one. */
export interface Examples {
  /** count × inputs, row-major. */
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
}

/** How to train. */
export interface TrainingOptions {
  readonly seed: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  /** Adam's step in the first epoch; it falls linearly to a twentieth in the last. */
  readonly learningRate: number;
  /** Errors beyond this (in scaled target units) count linearly (Huber loss). */
  readonly huberDelta: number;
  readonly onEpoch?: (epoch: number, validationLoss: number) => void;
}

const FINAL_RATE = 0.05;
const ADAM_MEAN = 0.9;
const ADAM_VARIANCE = 0.999;
const ADAM_EPSILON = 1e-8;

/** The output of the network for the row that starts at `offset`. `activations` (hidden values) is overwritten. */
export function forward(network: Network, inputs: Float64Array, offset: number, activations: Float64Array): number {
  let output = network.outputBias[0] ?? 0;
  for (let neuron = 0; neuron < network.hidden; neuron += 1) {
    let sum = network.hiddenBias[neuron]!;
    const row = neuron * network.inputs;
    for (let input = 0; input < network.inputs; input += 1) {
      sum += network.hiddenWeights[row + input]! * inputs[offset + input]!;
    }
    const active = sum > 0 ? sum : 0;
    activations[neuron] = active;
    output += network.outputWeights[neuron]! * active;
  }
  return output;
}

/**
 * Trains with Adam on the Huber loss and returns the weights of the epoch with the lowest validation loss. Only
 * additions, multiplications, divisions and square roots are used, so that every machine finds the same bits. The
 * output ReLU is left out while training (it would stop the gradient) and applied in the exported model.
 */
export function train(trainSet: Examples, validationSet: Examples, inputs: number, options: TrainingOptions): Network {
  const random = seededRandom(options.seed);
  const network = initialise(inputs, options.hidden, random);
  const parameters = parametersOf(network);
  const gradients = parameters.map((values) => new Float64Array(values.length));
  const means = parameters.map((values) => new Float64Array(values.length));
  const variances = parameters.map((values) => new Float64Array(values.length));
  const activations = new Float64Array(options.hidden);
  const order = Uint32Array.from(trainSet.targets, (_, index) => index);
  let best = copy(network);
  let bestLoss = Number.POSITIVE_INFINITY;
  let meanCorrection = 1;
  let varianceCorrection = 1;

  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    const progress = options.epochs > 1 ? epoch / (options.epochs - 1) : 0;
    const rate = options.learningRate * (1 - (1 - FINAL_RATE) * progress);
    shuffle(order, random);
    for (let start = 0; start < order.length; start += options.batch) {
      const end = Math.min(start + options.batch, order.length);
      for (const gradient of gradients) gradient.fill(0);
      for (let position = start; position < end; position += 1) {
        accumulate(network, trainSet, order[position]!, options.huberDelta, activations, gradients);
      }
      meanCorrection *= ADAM_MEAN;
      varianceCorrection *= ADAM_VARIANCE;
      const size = end - start;
      parameters.forEach((values, index) => {
        const [gradient, mean, variance] = [gradients[index]!, means[index]!, variances[index]!];
        for (let at = 0; at < values.length; at += 1) {
          const slope = gradient[at]! / size;
          mean[at] = ADAM_MEAN * mean[at]! + (1 - ADAM_MEAN) * slope;
          variance[at] = ADAM_VARIANCE * variance[at]! + (1 - ADAM_VARIANCE) * slope * slope;
          const step = mean[at]! / (1 - meanCorrection);
          const spread = Math.sqrt(variance[at]! / (1 - varianceCorrection));
          values[at] = values[at]! - (rate * step) / (spread + ADAM_EPSILON);
        }
      });
    }
    const loss = meanLoss(network, validationSet, options.huberDelta);
    if (loss < bestLoss) {
      bestLoss = loss;
      best = copy(network);
    }
    options.onEpoch?.(epoch + 1, loss);
  }
  return best;
}

function initialise(inputs: number, hidden: number, random: () => number): Network {
  const uniform = (length: number, limit: number) => Float64Array.from({ length }, () => (2 * random() - 1) * limit);
  return {
    inputs,
    hidden,
    hiddenWeights: uniform(hidden * inputs, Math.sqrt(3 / inputs)),
    hiddenBias: uniform(hidden, 0.5),
    outputWeights: uniform(hidden, Math.sqrt(3 / hidden)),
    outputBias: new Float64Array(1),
  };
}

function parametersOf(network: Network): Float64Array[] {
  return [network.hiddenWeights, network.hiddenBias, network.outputWeights, network.outputBias];
}

function copy(network: Network): Network {
  return {
    inputs: network.inputs,
    hidden: network.hidden,
    hiddenWeights: network.hiddenWeights.slice(),
    hiddenBias: network.hiddenBias.slice(),
    outputWeights: network.outputWeights.slice(),
    outputBias: network.outputBias.slice(),
  };
}

/** Adds one example's gradient of the Huber loss. */
function accumulate(
  network: Network,
  examples: Examples,
  row: number,
  huberDelta: number,
  activations: Float64Array,
  gradients: readonly Float64Array[],
): void {
  const [hiddenWeights, hiddenBias, outputWeights, outputBias] = gradients as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const offset = row * network.inputs;
  const error = forward(network, examples.inputs, offset, activations) - examples.targets[row]!;
  const slope = Math.max(-huberDelta, Math.min(huberDelta, error));
  outputBias[0] = outputBias[0]! + slope;
  for (let neuron = 0; neuron < network.hidden; neuron += 1) {
    const active = activations[neuron]!;
    if (active <= 0) continue;
    outputWeights[neuron] = outputWeights[neuron]! + slope * active;
    const back = slope * network.outputWeights[neuron]!;
    hiddenBias[neuron] = hiddenBias[neuron]! + back;
    const start = neuron * network.inputs;
    for (let input = 0; input < network.inputs; input += 1) {
      hiddenWeights[start + input] = hiddenWeights[start + input]! + back * examples.inputs[offset + input]!;
    }
  }
}

function meanLoss(network: Network, examples: Examples, huberDelta: number): number {
  const activations = new Float64Array(network.hidden);
  let sum = 0;
  for (let row = 0; row < examples.targets.length; row += 1) {
    const output = forward(network, examples.inputs, row * network.inputs, activations);
    const error = Math.abs(Math.max(0, output) - examples.targets[row]!);
    sum += error <= huberDelta ? (error * error) / 2 : huberDelta * (error - huberDelta / 2);
  }
  return sum / examples.targets.length;
}
