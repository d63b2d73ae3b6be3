import { join } from "node:path";

import type { DigitFile, DigitSample } from "../data/digits.ts";
import { DIGIT_BITS, DIGIT_CELLS, DIGIT_CLASSES, readDigits } from "../data/digits.ts";
import { evaluate } from "../model/evaluate.ts";
import { formatIntegerModel, parseIntegerModel } from "../model/integer-model.ts";
import { quantiseClassifier } from "../model/quantise-classifier.ts";
import type { Perceptron } from "../onnx/perceptron.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { loadFloatModel } from "../onnx/run-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { repositoryPath } from "../paths.ts";
import type { Classifier, LabelledExamples } from "./classifier.ts";
import { trainClassifier } from "./classifier.ts";
import { sha256 } from "./fee-report.ts";
import { percentOf } from "./metrics.ts";
import type { ModelFiles } from "./model-files.ts";

/** Everything that decides the weights besides the data. */
export const DIGITS_TRAINING = {
  seed: 20260501,
  hidden: 32,
  classes: DIGIT_CLASSES,
  epochs: 40,
  batch: 32,
  learningRate: 0.004,
  decay: 0.0005,
} as const;

/** Widths of the integer model; the circuit's size follows from them. */
export const DIGITS_ENCODING = { inputBits: DIGIT_BITS, inputDecimals: 0, weightBits: 7, hiddenBits: 8 } as const;

/** The last part of the training file, by share, chooses the epoch. */
const VALIDATION_SHARE = 0.15;

/** Features are brought to at most one for training. */
const FEATURE_SCALE = 8;

/** Figures over the test file, which 13 people wrote who wrote nothing of the training file. */
export interface DigitsEvaluation {
  readonly onnxSha256: string;
  readonly integerModelSha256: string;
  readonly dataSha256: { readonly train: string; readonly test: string };
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number };
  /** Right answers in percent. */
  readonly accuracy: { readonly float: number; readonly integer: number };
  /** Test images, in percent, for which integer and float model give different digits. */
  readonly disagreement: number;
}

/** Both files of digits. @throws {DataFileError} */
export function readDigitFiles(folder: string = repositoryPath("data", "digits")): {
  train: DigitFile;
  test: DigitFile;
} {
  return {
    train: readDigits(join(folder, "optdigits.tra.gz")),
    test: readDigits(join(folder, "optdigits.tes.gz")),
  };
}

/**
 * Makes the digits model: trains, exports to ONNX, quantises and measures. Deterministic.
 *
 * @throws {DataFileError} when the images are damaged.
 */
export async function trainDigits(
  onProgress: (message: string) => void = () => undefined,
): Promise<ModelFiles & { readonly evaluation: DigitsEvaluation }> {
  const { train, test } = readDigitFiles();
  const cut = Math.floor(train.samples.length * (1 - VALIDATION_SHARE));
  onProgress(`training on ${cut} images, ${DIGITS_TRAINING.epochs} epochs`);
  const network = trainClassifier(
    examplesOf(train.samples.slice(0, cut)),
    examplesOf(train.samples.slice(cut)),
    DIGIT_CELLS,
    {
      ...DIGITS_TRAINING,
      onEpoch: (epoch, errors) => {
        if (epoch % 10 === 0) onProgress(`epoch ${epoch}: ${errors} validation errors`);
      },
    },
  );
  const onnx = writeOnnx(inNaturalUnits(network), "digits");
  const integerModel = formatIntegerModel(
    quantiseClassifier(readOnnx(onnx, "digits.onnx"), {
      name: "digits",
      onnxSha256: sha256(onnx),
      ...DIGITS_ENCODING,
    }),
  );
  onProgress("measuring on the test images");
  const evaluation: DigitsEvaluation = {
    ...(await evaluateDigits(onnx, integerModel, test.samples)),
    dataSha256: { train: train.sha256, test: test.sha256 },
    samples: { train: cut, validation: train.samples.length - cut, test: test.samples.length },
  };
  const report = `${JSON.stringify(
    {
      command: "node scripts/train-digits.ts",
      training: { ...DIGITS_TRAINING, featureScale: FEATURE_SCALE },
      encoding: DIGITS_ENCODING,
      ...evaluation,
    },
    null,
    2,
  )}\n`;
  return { onnx, integerModel, report, evaluation };
}

/** Accuracy of both models over `samples`: the float model in ONNX Runtime, the integer model in the golden reference. */
export async function evaluateDigits(onnx: Uint8Array, integerModel: string, samples: readonly DigitSample[]) {
  const integer = parseIntegerModel(integerModel, "digits.integer.json");
  const float = await loadFloatModel(onnx, "digits.onnx");
  let [floatRight, integerRight, different] = [0, 0, 0];
  for (const { features, digit } of samples) {
    const scores = await float.run(features);
    const floatDigit = scores.reduce((best, score, at) => (score > scores[best]! ? at : best), 0);
    const integerDigit = Number(evaluate(integer, features.map(BigInt))[0]);
    if (floatDigit === digit) floatRight += 1;
    if (integerDigit === digit) integerRight += 1;
    if (floatDigit !== integerDigit) different += 1;
  }
  await float.release();
  const percent = (count: number) => percentOf(count, samples.length);
  return {
    onnxSha256: sha256(onnx),
    integerModelSha256: sha256(integerModel),
    accuracy: { float: percent(floatRight), integer: percent(integerRight) },
    disagreement: percent(different),
  };
}

function examplesOf(samples: readonly DigitSample[]): LabelledExamples {
  return {
    inputs: Float64Array.from(samples.flatMap(({ features }) => features.map((value) => value / FEATURE_SCALE))),
    labels: Uint8Array.from(samples, ({ digit }) => digit),
  };
}

/** Undoes the training scale, so that the exported model takes 0 to 7. */
function inNaturalUnits(network: Classifier): Perceptron {
  return {
    inputName: "cells",
    outputName: "digit",
    layers: [
      {
        inputs: network.inputs,
        outputs: network.hidden,
        weights: Float32Array.from(network.hiddenWeights, (weight) => weight / FEATURE_SCALE),
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
