import { seededRandom, shuffle } from "../random.ts";

/** A classifier with one hidden ReLU layer and one linear score per class; weights row-major per neuron. */
export interface Classifier {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  /** hidden × inputs. */
  readonly hiddenWeights: Float64Array;
  readonly hiddenBias: Float64Array;
  /** classes × hidden. */
  readonly classWeights: Float64Array;
  readonly classBias: Float64Array;
}

/** Rows of inputs, scaled to about one, and the class of each. */
export interface LabelledExamples {
  /** count × inputs, row-major. */
  readonly inputs: Float64Array;
  readonly labels: Uint8Array;
}

/** Keeps the state of a training outside of the process. */
export interface TrainingCheckpoint {
  /** The numbers saved last; undefined when there are none. */
  load(): Float64Array | undefined;
  save(state: Float64Array): void;
}

/** How to train a {@link Classifier}. */
export interface ClassifierOptions {
  readonly seed: number;
  readonly hidden: number;
  readonly classes: number;
  readonly epochs: number;
  readonly batch: number;
  /** Adam's step in the first epoch; it falls linearly to a twentieth in the last. */
  readonly learningRate: number;
  /** Share of a weight that is added to its slope: keeps weights small, so that they lose little by rounding. */
  readonly decay: number;
  /**
   * Trains for coarse weights: every hidden weight that is used, and returned, is one of 2·grid + 1 equal steps between
   * plus and minus its neuron's greatest. Absent: weights are free.
   */
  readonly grid?: number;
  /** Where the state after each epoch is kept, so that an interrupted training goes on from it. */
  readonly checkpoint?: TrainingCheckpoint;
  readonly onEpoch?: (epoch: number, validationErrors: number) => void;
}

const FINAL_RATE = 0.05;
const ADAM_MEAN = 0.9;
const ADAM_VARIANCE = 0.999;
const ADAM_EPSILON = 1e-8;

/** Values of one forward pass; overwritten by the next. */
interface Scratch {
  readonly active: Float64Array;
  readonly scores: Float64Array;
  readonly slopes: Float64Array;
}

/**
 * Trains with Adam on the squared hinge loss of each class against the others, and returns the weights of the epoch with
 * the fewest validation errors (the first of several). Only additions, multiplications, divisions and square roots are
 * used, so that every machine finds the same bits.
 */
export function trainClassifier(
  trainSet: LabelledExamples,
  validationSet: LabelledExamples,
  inputs: number,
  options: ClassifierOptions,
): Classifier {
  const random = seededRandom(options.seed);
  const network = initialise(inputs, options, random);
  // Free weights gather the steps; what is evaluated is the nearest network on the grid.
  const used = options.grid === undefined ? network : copy(network);
  const parameters = parametersOf(network);
  const gradients = parameters.map((values) => new Float64Array(values.length));
  const optimiser = adam(parameters, gradients, options.decay);
  const scratch = scratchOf(network);
  const order = Uint32Array.from(trainSet.labels, (_, index) => index);
  let best = copy(network);
  const progress = new Float64Array([0, Number.POSITIVE_INFINITY]);
  const state = () => [progress, ...parameters, ...optimiser.state, ...parametersOf(best)];
  restore(options.checkpoint?.load(), state());
  const done = progress[0]!;
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    // Also for epochs that are done: so the generator stands where it would.
    shuffle(order, random);
    if (epoch < done) continue;
    const share = options.epochs > 1 ? epoch / (options.epochs - 1) : 0;
    const rate = options.learningRate * (1 - (1 - FINAL_RATE) * share);
    for (let start = 0; start < order.length; start += options.batch) {
      const end = Math.min(start + options.batch, order.length);
      for (const gradient of gradients) gradient.fill(0);
      snap(network, used, options.grid);
      for (let at = start; at < end; at += 1) accumulate(used, trainSet, order[at]!, scratch, gradients);
      optimiser.step(rate, end - start);
    }
    snap(network, used, options.grid);
    const errors = countErrors(used, validationSet);
    if (errors < progress[1]!) {
      progress[1] = errors;
      best = copy(used);
    }
    progress[0] = epoch + 1;
    options.checkpoint?.save(concatenated(state()));
    options.onEpoch?.(epoch + 1, errors);
  }
  return best;
}

/** Copies `network` to `used`, hidden weights rounded to the grid of their neuron. */
function snap(network: Classifier, used: Classifier, grid: number | undefined): void {
  if (grid === undefined) return;
  parametersOf(network).forEach((values, index) => parametersOf(used)[index]!.set(values));
  for (let start = 0; start < network.hiddenWeights.length; start += network.inputs) {
    const row = network.hiddenWeights.subarray(start, start + network.inputs);
    const greatest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    // Single precision, so that the exported file holds the very same numbers.
    const unit = Math.fround(greatest / grid);
    if (unit === 0) continue;
    row.forEach((weight, at) => (used.hiddenWeights[start + at] = Math.round(weight / unit) * unit));
  }
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Fills `parts` from a saved state; leaves them alone when there is none or it is of another network. */
function restore(saved: Float64Array | undefined, parts: readonly Float64Array[]): void {
  if (saved === undefined || saved.length !== parts.reduce((sum, part) => sum + part.length, 0)) return;
  let at = 0;
  for (const part of parts) {
    part.set(saved.subarray(at, at + part.length));
    at += part.length;
  }
}

/** How many examples get another class than theirs; of equal scores the first counts. */
export function countErrors(network: Classifier, examples: LabelledExamples): number {
  const scratch = scratchOf(network);
  let errors = 0;
  examples.labels.forEach((label, row) => {
    forward(network, examples.inputs, row * network.inputs, scratch);
    let best = 0;
    for (let at = 1; at < network.classes; at += 1) if (scratch.scores[at]! > scratch.scores[best]!) best = at;
    if (best !== label) errors += 1;
  });
  return errors;
}

function forward(network: Classifier, inputs: Float64Array, offset: number, { active, scores }: Scratch): void {
  for (let neuron = 0; neuron < network.hidden; neuron += 1) {
    let sum = network.hiddenBias[neuron]!;
    const row = neuron * network.inputs;
    for (let input = 0; input < network.inputs; input += 1) {
      sum += network.hiddenWeights[row + input]! * inputs[offset + input]!;
    }
    active[neuron] = sum > 0 ? sum : 0;
  }
  for (let at = 0; at < network.classes; at += 1) {
    let sum = network.classBias[at]!;
    const row = at * network.hidden;
    for (let neuron = 0; neuron < network.hidden; neuron += 1) {
      sum += network.classWeights[row + neuron]! * active[neuron]!;
    }
    scores[at] = sum;
  }
}

/** Adds one example's gradient: the score of its class should be at least 1, all others at most −1. */
function accumulate(
  network: Classifier,
  examples: LabelledExamples,
  row: number,
  scratch: Scratch,
  gradients: readonly Float64Array[],
): void {
  const [hiddenWeights, hiddenBias, classWeights, classBias] = gradients as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { active, scores, slopes } = scratch;
  const offset = row * network.inputs;
  forward(network, examples.inputs, offset, scratch);
  slopes.fill(0);
  for (let at = 0; at < network.classes; at += 1) {
    const sign = examples.labels[row] === at ? 1 : -1;
    const missing = 1 - sign * scores[at]!;
    if (missing <= 0) continue;
    const slope = -sign * missing;
    classBias[at] = classBias[at]! + slope;
    const start = at * network.hidden;
    for (let neuron = 0; neuron < network.hidden; neuron += 1) {
      classWeights[start + neuron] = classWeights[start + neuron]! + slope * active[neuron]!;
      slopes[neuron] = slopes[neuron]! + slope * network.classWeights[start + neuron]!;
    }
  }
  for (let neuron = 0; neuron < network.hidden; neuron += 1) {
    const slope = slopes[neuron]!;
    if (active[neuron]! <= 0 || slope === 0) continue;
    hiddenBias[neuron] = hiddenBias[neuron]! + slope;
    const start = neuron * network.inputs;
    for (let input = 0; input < network.inputs; input += 1) {
      hiddenWeights[start + input] = hiddenWeights[start + input]! + slope * examples.inputs[offset + input]!;
    }
  }
}

/** Adam over `parameters`, given the sums of `count` examples' gradients, and the arrays that are its state. */
function adam(
  parameters: readonly Float64Array[],
  gradients: readonly Float64Array[],
  decay: number,
): { step: (rate: number, count: number) => void; state: readonly Float64Array[] } {
  const means = parameters.map((values) => new Float64Array(values.length));
  const variances = parameters.map((values) => new Float64Array(values.length));
  const corrections = new Float64Array([1, 1]);
  const step = (rate: number, count: number) => {
    corrections[0] = corrections[0]! * ADAM_MEAN;
    corrections[1] = corrections[1]! * ADAM_VARIANCE;
    const [meanCorrection, varianceCorrection] = [corrections[0], corrections[1]];
    parameters.forEach((values, index) => {
      const [gradient, mean, variance] = [gradients[index]!, means[index]!, variances[index]!];
      for (let at = 0; at < values.length; at += 1) {
        const slope = gradient[at]! / count + decay * values[at]!;
        mean[at] = ADAM_MEAN * mean[at]! + (1 - ADAM_MEAN) * slope;
        variance[at] = ADAM_VARIANCE * variance[at]! + (1 - ADAM_VARIANCE) * slope * slope;
        const spread = Math.sqrt(variance[at]! / (1 - varianceCorrection));
        values[at] = values[at]! - (rate * (mean[at]! / (1 - meanCorrection))) / (spread + ADAM_EPSILON);
      }
    });
  };
  return { step, state: [corrections, ...means, ...variances] };
}

function initialise(inputs: number, { hidden, classes }: ClassifierOptions, random: () => number): Classifier {
  const uniform = (length: number, limit: number) => Float64Array.from({ length }, () => (2 * random() - 1) * limit);
  return {
    inputs,
    hidden,
    classes,
    hiddenWeights: uniform(hidden * inputs, Math.sqrt(3 / inputs)),
    hiddenBias: new Float64Array(hidden),
    classWeights: uniform(classes * hidden, Math.sqrt(3 / hidden)),
    classBias: new Float64Array(classes),
  };
}

function parametersOf(network: Classifier): Float64Array[] {
  return [network.hiddenWeights, network.hiddenBias, network.classWeights, network.classBias];
}

function copy(network: Classifier): Classifier {
  return {
    ...network,
    hiddenWeights: network.hiddenWeights.slice(),
    hiddenBias: network.hiddenBias.slice(),
    classWeights: network.classWeights.slice(),
    classBias: network.classBias.slice(),
  };
}

function scratchOf({ hidden, classes }: Classifier): Scratch {
  return {
    active: new Float64Array(hidden),
    scores: new Float64Array(classes),
    slopes: new Float64Array(hidden),
  };
}
