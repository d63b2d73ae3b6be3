import type { CreditSample } from "../data/credit.ts";
import {
  CREDIT_BITS,
  CREDIT_COLUMNS,
  CREDIT_SPLIT_SEED,
  CREDIT_TRAIN_PERCENT,
  CREDIT_VALIDATION_PERCENT,
  splitCredit,
} from "../data/credit.ts";
import { evaluate } from "../model/evaluate.ts";
import { formatIntegerModel, parseIntegerModel } from "../model/integer-model.ts";
import { quantise } from "../model/quantise.ts";
import type { Perceptron } from "../onnx/perceptron.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { loadFloatModel } from "../onnx/run-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import type { CreditEvaluation } from "./credit-report.ts";
import { baseAccuracy, compareScores, readCreditFile } from "./credit-report.ts";
import { sha256 } from "./fee-report.ts";
import type { ModelFiles } from "./model-files.ts";
import type { Examples, Network } from "./network.ts";
import { train } from "./network.ts";

/** Everything that decides the weights besides the data. */
export const CREDIT_TRAINING = {
  seed: 20260602,
  hidden: 16,
  epochs: 30,
  batch: 64,
  learningRate: 0.003,
  /** Targets are 0 and 1: the loss is the squared error. */
  huberDelta: 2,
} as const;

/** Widths and decimals of the circuit's two data signals: the chance has four decimals. */
export const CREDIT_ENCODING = { inputBits: CREDIT_BITS, inputDecimals: 0, outputBits: 17, outputDecimals: 4 } as const;

/** Features are brought to at most one for training. */
const FEATURE_SCALE = 256;

/** Chances from here on mean that not paying is the likelier outcome. */
const CUT = 0.5;

/**
 * Makes the credit model: trains, exports to ONNX, quantises and measures. Deterministic.
 *
 * @throws {DataFileError} when the clients are damaged.
 */
export async function trainCredit(
  onProgress: (message: string) => void = () => undefined,
): Promise<ModelFiles & { readonly evaluation: CreditEvaluation }> {
  const file = readCreditFile();
  const split = splitCredit(file.samples);
  onProgress(`training on ${split.train.length} clients, ${CREDIT_TRAINING.epochs} epochs`);
  const network = train(examplesOf(split.train), examplesOf(split.validation), CREDIT_COLUMNS.length, {
    ...CREDIT_TRAINING,
    onEpoch: (epoch, loss) => {
      if (epoch % 10 === 0) onProgress(`epoch ${epoch}: validation loss ${loss.toFixed(6)}`);
    },
  });
  const onnx = writeOnnx(inNaturalUnits(network), "credit");
  const integerModel = formatIntegerModel(
    quantise(readOnnx(onnx, "credit.onnx"), { name: "credit", onnxSha256: sha256(onnx), encoding: CREDIT_ENCODING }),
  );
  onProgress("measuring on the test clients");
  const evaluation = await evaluateCreditFiles(onnx, integerModel, split.test);
  const report = `${JSON.stringify(
    {
      command: "node scripts/train-credit.ts",
      training: { ...CREDIT_TRAINING, featureScale: FEATURE_SCALE },
      encoding: CREDIT_ENCODING,
      split: {
        order: "shuffled",
        seed: CREDIT_SPLIT_SEED,
        trainPercent: CREDIT_TRAIN_PERCENT,
        validationPercent: CREDIT_VALIDATION_PERCENT,
      },
      dataSha256: file.sha256,
      samples: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      onnxSha256: sha256(onnx),
      integerModelSha256: sha256(integerModel),
      alwaysPays: baseAccuracy(split.test),
      ...evaluation,
    },
    null,
    2,
  )}\n`;
  return { onnx, integerModel, report, evaluation };
}

/** Figures over `samples`: the float model in ONNX Runtime, the integer model in the golden reference. */
export async function evaluateCreditFiles(
  onnx: Uint8Array,
  integerModel: string,
  samples: readonly CreditSample[],
): Promise<CreditEvaluation> {
  const model = parseIntegerModel(integerModel, "credit.integer.json");
  const float = await loadFloatModel(onnx, "credit.onnx");
  const floats: number[] = [];
  for (const { features } of samples) floats.push((await float.run(features))[0] ?? Number.NaN);
  await float.release();
  const unit = 10 ** model.layout.outputDecimals;
  const integers = samples.map(({ features }) => Number(evaluate(model, features.map(BigInt))[0] ?? 0n) / unit);
  return compareScores(samples, floats, integers, CUT);
}

function examplesOf(samples: readonly CreditSample[]): Examples {
  return {
    inputs: Float64Array.from(samples.flatMap(({ features }) => features.map((value) => value / FEATURE_SCALE))),
    targets: Float64Array.from(samples, ({ defaulted }) => (defaulted ? 1 : 0)),
  };
}

/** Undoes the training scale, so that the exported model takes 0 to 255. */
function inNaturalUnits(network: Network): Perceptron {
  return {
    inputName: "client",
    outputName: "chance",
    layers: [
      {
        inputs: network.inputs,
        outputs: network.hidden,
        weights: Float32Array.from(network.hiddenWeights, (weight) => weight / FEATURE_SCALE),
        bias: Float32Array.from(network.hiddenBias),
      },
      {
        inputs: network.hidden,
        outputs: 1,
        weights: Float32Array.from(network.outputWeights),
        bias: Float32Array.from(network.outputBias),
      },
    ],
  };
}
