import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { MnistSet } from "../data/mnist.ts";
import { MNIST_CLASSES, MNIST_PIXELS, mnistFeatures, readMnist } from "../data/mnist.ts";
import { evaluate } from "../model/evaluate.ts";
import { formatIntegerModel, parseIntegerModel } from "../model/integer-model.ts";
import { quantiseClassifier } from "../model/quantise-classifier.ts";
import type { Perceptron } from "../onnx/perceptron.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { loadFloatModel } from "../onnx/run-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { seededRandom, shuffle } from "../random.ts";
import type { Classifier, LabelledExamples, TrainingCheckpoint } from "./classifier.ts";
import { countErrors, trainClassifier } from "./classifier.ts";
import { sha256 } from "./fee-report.ts";
import { percentOf } from "./metrics.ts";
import type { ModelFiles } from "./model-files.ts";

/** The two variants: pixels of 8 bits and of 4. */
export const MNIST_MODELS = { mnist8: { inputBits: 8 }, mnist4: { inputBits: 4 } } as const;

/** The name of a variant. */
export type MnistModel = keyof typeof MNIST_MODELS;

/** Everything that decides the weights besides the data and the width of a pixel. */
export const MNIST_TRAINING = {
  seed: 20260601,
  hidden: 56,
  classes: MNIST_CLASSES,
  epochs: 30,
  batch: 32,
  learningRate: 0.003,
  decay: 0.0005,
  grid: 7,
} as const;

/** Widths of the integer model; circuit and gas follow from them. */
export const MNIST_ENCODING = { inputDecimals: 0, weightBits: 4, scoreBits: 8, hiddenBits: 10 } as const;

/** Images of the shuffled set for training and for choosing the epoch; the rest is the test. */
const TRAIN_IMAGES = 7_000;
const VALIDATION_IMAGES = 1_000;

/** Figures over the test images. */
export interface MnistEvaluation {
  readonly onnxSha256: string;
  readonly integerModelSha256: string;
  readonly samples: number;
  /** Right answers in percent. */
  readonly accuracy: { readonly float: number; readonly integer: number };
  /** Test images, in percent, for which integer and float model give different digits. */
  readonly disagreement: number;
}

/** How to train. */
export interface TrainMnistOptions {
  readonly onProgress?: (message: string) => void;
  /** File for the state after each epoch; a later run goes on from it. Removed at the end. */
  readonly checkpoint?: string;
}

/** The images of the three parts, by their place in the file. */
export function mnistSplit(count: number): Record<"train" | "validation" | "test", Uint32Array> {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  shuffle(order, seededRandom(MNIST_TRAINING.seed));
  const end = TRAIN_IMAGES + VALIDATION_IMAGES;
  return {
    train: order.slice(0, TRAIN_IMAGES),
    validation: order.slice(TRAIN_IMAGES, end),
    test: order.slice(end),
  };
}

/**
 * Makes one of the MNIST models: trains, exports to ONNX, quantises and measures. Deterministic; takes minutes.
 *
 * @throws {DataFileError} when the images are damaged.
 */
export async function trainMnist(
  name: MnistModel,
  options: TrainMnistOptions = {},
): Promise<ModelFiles & { readonly evaluation: MnistEvaluation }> {
  const onProgress = options.onProgress ?? (() => undefined);
  const { inputBits } = MNIST_MODELS[name];
  const set = readMnist();
  const split = mnistSplit(set.count);
  const examples = (rows: Uint32Array) => examplesOf(set, rows, inputBits);
  const [trainSet, validationSet, testSet] = [split.train, split.validation, split.test].map(examples) as [
    LabelledExamples,
    LabelledExamples,
    LabelledExamples,
  ];
  const { grid, ...free } = MNIST_TRAINING;
  const fit = (label: string, settings: typeof free & { grid?: number }) => {
    const checkpoint = options.checkpoint === undefined ? undefined : fileCheckpoint(`${options.checkpoint}-${label}`);
    return trainClassifier(trainSet, validationSet, MNIST_PIXELS, {
      ...settings,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      onEpoch: (epoch, errors) =>
        onProgress(`${label} weights, epoch ${epoch} of ${free.epochs}: ${errors} validation errors`),
    });
  };
  const network = fit("coarse", { ...free, grid });
  // What coarse weights cost: the same training without the grid.
  const freeErrors = countErrors(fit("free", free), testSet);
  const onnx = writeOnnx(inNaturalUnits(network, 2 ** inputBits), name);
  const source = readOnnx(onnx, `${name}.onnx`);
  const settings = { name, onnxSha256: sha256(onnx), inputBits, ...MNIST_ENCODING };
  const integerModel = formatIntegerModel(quantiseClassifier(source, settings));
  onProgress("measuring on the test images");
  const evaluation = await evaluateMnist(name, { onnx, integerModel }, set, split.test);
  const report = `${JSON.stringify(
    {
      command: `node scripts/train-mnist.ts ${name}`,
      training: { ...MNIST_TRAINING, featureScale: 2 ** inputBits },
      encoding: { inputBits, ...MNIST_ENCODING },
      dataSha256: set.sha256,
      images: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      accuracyWithFreeWeights: percentOf(split.test.length - freeErrors, split.test.length),
      ...evaluation,
    },
    null,
    2,
  )}\n`;
  if (options.checkpoint !== undefined) {
    for (const label of ["coarse", "free"]) rmSync(`${options.checkpoint}-${label}`, { force: true });
  }
  return { onnx, integerModel, report, evaluation };
}

/** Both models over the images at `rows`: the float model in ONNX Runtime, the integer model in the golden reference. */
export async function evaluateMnist(
  name: MnistModel,
  files: Pick<ModelFiles, "onnx" | "integerModel">,
  set: MnistSet,
  rows: Uint32Array,
): Promise<MnistEvaluation> {
  const integer = parseIntegerModel(files.integerModel, `${name}.integer.json`);
  const float = await loadFloatModel(files.onnx, `${name}.onnx`);
  let [floatRight, integerRight, different] = [0, 0, 0];
  for (const row of rows) {
    const features = mnistFeatures(set, row, MNIST_MODELS[name].inputBits);
    const scores = await float.run(features);
    const floatDigit = scores.reduce((best, score, at) => (score > scores[best]! ? at : best), 0);
    const integerDigit = Number(evaluate(integer, features.map(BigInt))[0]);
    if (floatDigit === set.labels[row]) floatRight += 1;
    if (integerDigit === set.labels[row]) integerRight += 1;
    if (floatDigit !== integerDigit) different += 1;
  }
  await float.release();
  return {
    onnxSha256: sha256(files.onnx),
    integerModelSha256: sha256(files.integerModel),
    samples: rows.length,
    accuracy: { float: percentOf(floatRight, rows.length), integer: percentOf(integerRight, rows.length) },
    disagreement: percentOf(different, rows.length),
  };
}

/** Keeps the state of a training in a file that is replaced whole. */
function fileCheckpoint(path: string): TrainingCheckpoint {
  return {
    load: () => {
      if (!existsSync(path)) return undefined;
      const bytes = new Uint8Array(readFileSync(path));
      return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / 8));
    },
    save: (state) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.partial`, new Uint8Array(state.buffer, state.byteOffset, state.byteLength));
      renameSync(`${path}.partial`, path);
    },
  };
}

function examplesOf(set: MnistSet, rows: Uint32Array, bits: number): LabelledExamples {
  const inputs = new Float64Array(rows.length * MNIST_PIXELS);
  rows.forEach((row, at) => {
    inputs.set(
      mnistFeatures(set, row, bits).map((value) => value / 2 ** bits),
      at * MNIST_PIXELS,
    );
  });
  return { inputs, labels: Uint8Array.from(rows, (row) => set.labels[row]!) };
}

/** Undoes the training scale (a power of two, so exactly), so that the exported model takes whole pixels. */
function inNaturalUnits(network: Classifier, scale: number): Perceptron {
  return {
    inputName: "pixels",
    outputName: "digit",
    layers: [
      {
        inputs: network.inputs,
        outputs: network.hidden,
        weights: Float32Array.from(network.hiddenWeights, (weight) => weight / scale),
        bias: Float32Array.from(network.hiddenBias),
      },
      {
        inputs: network.hidden,
        outputs: network.classes,
        weights: Float32Array.from(network.classWeights),
        bias: Float32Array.from(network.classBias),
      },
    ],
    ending: "linear",
  };
}
