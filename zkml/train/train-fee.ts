import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { CandleFile } from "../data/candles.ts";
import { readCandles } from "../data/candles.ts";
import type { Sample } from "../data/dataset.ts";
import { samplesOf, splitByTime, TRAIN_PERCENT, VALIDATION_PERCENT } from "../data/dataset.ts";
import { FEATURE_DECIMALS, FEATURE_NAMES } from "../data/features.ts";
import { formatIntegerModel } from "../model/integer-model.ts";
import { quantise } from "../model/quantise.ts";
import type { Perceptron } from "../onnx/perceptron.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { repositoryPath } from "../paths.ts";
import type { FeeEvaluation } from "./fee-report.ts";
import { evaluateFee, sha256 } from "./fee-report.ts";
import type { Examples, Network } from "./network.ts";
import { train } from "./network.ts";

/** The markets that the fee model learns from. */
export const FEE_MARKETS = ["ETHUSDT", "BTCUSDT"] as const;

/** Everything that decides the weights besides the data. */
export const FEE_TRAINING = {
  seed: 20260421,
  hidden: 16,
  epochs: 40,
  batch: 128,
  learningRate: 0.002,
  /** In target units after scaling: errors beyond one percent of range count linearly. */
  huberDelta: 1,
} as const;

/** Widths and decimals of the circuit's two data signals. */
export const FEE_ENCODING = { inputBits: 12, inputDecimals: FEATURE_DECIMALS, outputBits: 24, outputDecimals: 6 };

/** Features and targets are brought to about one for training: 512 units of 10^-5, and percent. */
const FEATURE_SCALE = 512;
const TARGET_SCALE = 100;

/** The contents of the model's three files. */
export interface FeeFiles {
  readonly onnx: Uint8Array;
  readonly integerModel: string;
  readonly report: string;
}

/** The files with the figures that the report holds. */
export interface FeeArtefacts extends FeeFiles {
  readonly evaluation: FeeEvaluation;
}

/** Options of {@link trainFee}. */
export interface TrainFeeOptions {
  /** Folder of the gzipped candles; the committed ones by default. */
  readonly candles?: string;
  /** Where to write `fee.onnx`, `fee.integer.json` and `report.json`; nothing is written without it. */
  readonly output?: string;
  readonly onProgress?: (message: string) => void;
}

/** Reads the candles of every fee market. @throws {DataFileError} */
export function readFeeCandles(folder: string = repositoryPath("data", "candles")): CandleFile[] {
  return FEE_MARKETS.map((market) => readCandles(market, join(folder, `${market}-1h.csv.gz`)));
}

/** Trains the float model of `fee.onnx` from candles; equal candles give equal bytes on every machine. */
export function trainFeeOnnx(files: readonly CandleFile[], onProgress: (message: string) => void): Uint8Array {
  const splits = files.map((file) => splitByTime(samplesOf(file.candles)));
  const trainSet = examplesOf(splits.flatMap((split) => split.train));
  const validationSet = examplesOf(splits.flatMap((split) => split.validation));
  onProgress(`training on ${trainSet.targets.length} hours, ${FEE_TRAINING.epochs} epochs`);
  const network = train(trainSet, validationSet, FEATURE_NAMES.length, {
    ...FEE_TRAINING,
    onEpoch: (epoch, loss) => {
      if (epoch % 10 === 0) onProgress(`epoch ${epoch}: validation loss ${loss.toFixed(5)}`);
    },
  });
  return writeOnnx(inNaturalUnits(network), "fee");
}

/**
 * Makes the fee model from the candles: trains, exports to ONNX, quantises and measures. Deterministic.
 *
 * @throws {DataFileError} when the candles are damaged.
 */
export async function trainFee(options: TrainFeeOptions = {}): Promise<FeeArtefacts> {
  const onProgress = options.onProgress ?? (() => undefined);
  onProgress("reading candles");
  const files = readFeeCandles(options.candles);
  const onnx = trainFeeOnnx(files, onProgress);
  const model = quantise(readOnnx(onnx, "fee.onnx"), {
    name: "fee",
    onnxSha256: sha256(onnx),
    encoding: FEE_ENCODING,
  });
  const integerModel = formatIntegerModel(model);
  onProgress("measuring on the test hours");
  const evaluation = await evaluateFee(onnx, integerModel, files);
  const report = `${JSON.stringify(
    {
      command: "node scripts/train-fee.ts",
      training: { ...FEE_TRAINING, featureScale: FEATURE_SCALE, targetScale: TARGET_SCALE },
      split: { order: "time", trainPercent: TRAIN_PERCENT, validationPercent: VALIDATION_PERCENT },
      features: FEATURE_NAMES,
      ...evaluation,
    },
    null,
    2,
  )}\n`;
  const artefacts = { onnx, integerModel, report, evaluation };
  if (options.output !== undefined) writeArtefacts(options.output, artefacts);
  return artefacts;
}

/** Reads the committed files of the fee model. */
export function readFeeArtefacts(folder: string = repositoryPath("models", "fee")): FeeFiles {
  return {
    onnx: new Uint8Array(readFileSync(join(folder, "fee.onnx"))),
    integerModel: readFileSync(join(folder, "fee.integer.json"), "utf8"),
    report: readFileSync(join(folder, "report.json"), "utf8"),
  };
}

function writeArtefacts(folder: string, artefacts: FeeArtefacts): void {
  mkdirSync(folder, { recursive: true });
  const files = {
    "fee.onnx": artefacts.onnx,
    "fee.integer.json": artefacts.integerModel,
    "report.json": artefacts.report,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, `${name}.partial`), content);
  for (const name of Object.keys(files)) renameSync(join(folder, `${name}.partial`), join(folder, name));
}

function examplesOf(samples: readonly Sample[]): Examples {
  const inputs = new Float64Array(samples.length * FEATURE_NAMES.length);
  samples.forEach((sample, row) => {
    sample.features.forEach((units, column) => {
      inputs[row * FEATURE_NAMES.length + column] = units / FEATURE_SCALE;
    });
  });
  return { inputs, targets: Float64Array.from(samples, (sample) => sample.target * TARGET_SCALE) };
}

/** Undoes the training scales, so that the exported model takes 0.01234 and gives 0.00567. */
function inNaturalUnits(network: Network): Perceptron {
  const inputGain = 10 ** FEATURE_DECIMALS / FEATURE_SCALE;
  return {
    inputName: "features",
    outputName: "range",
    layers: [
      {
        inputs: network.inputs,
        outputs: network.hidden,
        weights: Float32Array.from(network.hiddenWeights, (weight) => weight * inputGain),
        bias: Float32Array.from(network.hiddenBias),
      },
      {
        inputs: network.hidden,
        outputs: 1,
        weights: Float32Array.from(network.outputWeights, (weight) => weight / TARGET_SCALE),
        bias: Float32Array.from(network.outputBias, (bias) => bias / TARGET_SCALE),
      },
    ],
  };
}
