import { createHash } from "node:crypto";

import type { CandleFile } from "../data/candles.ts";
import type { Sample } from "../data/dataset.ts";
import { samplesOf, splitByTime } from "../data/dataset.ts";
import { FEATURE_DECIMALS } from "../data/features.ts";
import { evaluate } from "../model/evaluate.ts";
import { parseIntegerModel } from "../model/integer-model.ts";
import { loadFloatModel } from "../onnx/run-onnx.ts";
import type { Metrics } from "./metrics.ts";
import { metricsOf, rounded } from "./metrics.ts";

/** Out-of-sample figures of one market. */
export interface MarketReport {
  readonly dataSha256: string;
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number };
  /** First and last predicted hour of the test part, ISO 8601. */
  readonly testHours: readonly [string, string];
  /** Always predicts the market's mean over its training part. */
  readonly constant: Metrics;
  /** Predicts that the next hour is like the last one. */
  readonly lastValue: Metrics;
  readonly float: Metrics;
  readonly integer: Metrics;
  /** Integer model minus float model over the test part. */
  readonly integerVersusFloat: { readonly meanAbsolute: number; readonly maxAbsolute: number };
}

/** What the committed model is worth on the committed data. */
export interface FeeEvaluation {
  readonly onnxSha256: string;
  readonly integerModelSha256: string;
  readonly markets: Readonly<Record<string, MarketReport>>;
}

/** SHA-256 as lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Measures a fee model on the test part of each market: float model in ONNX Runtime, integer model in the golden
 * reference, and both baselines.
 *
 * @param onnx         The bytes of `fee.onnx`.
 * @param integerModel The text of `fee.integer.json`.
 * @param files        The candles of each market.
 */
export async function evaluateFee(
  onnx: Uint8Array,
  integerModel: string,
  files: readonly CandleFile[],
): Promise<FeeEvaluation> {
  const integer = parseIntegerModel(integerModel, "fee.integer.json");
  const float = await loadFloatModel(onnx, "fee.onnx");
  const unit = 10 ** integer.layout.outputDecimals;
  const markets: Record<string, MarketReport> = {};
  for (const file of files) {
    const split = splitByTime(samplesOf(file.candles));
    const targets = split.test.map((sample) => sample.target);
    const floats: number[] = [];
    for (const sample of split.test) floats.push((await float.run(naturalFeatures(sample)))[0] ?? Number.NaN);
    const integers = split.test.map((sample) => Number(evaluate(integer, sample.features.map(BigInt))[0] ?? 0n) / unit);
    const trainMean = split.train.reduce((sum, sample) => sum + sample.target, 0) / split.train.length;
    const differences = integers.map((value, index) => Math.abs(value - (floats[index] ?? Number.NaN)));
    markets[file.market] = {
      dataSha256: file.sha256,
      samples: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      testHours: [isoHour(split.test[0]), isoHour(split.test.at(-1))],
      constant: metricsOf(
        targets.map(() => trainMean),
        targets,
      ),
      lastValue: metricsOf(
        split.test.map((sample) => naturalFeatures(sample)[0] ?? Number.NaN),
        targets,
      ),
      float: metricsOf(floats, targets),
      integer: metricsOf(integers, targets),
      integerVersusFloat: {
        meanAbsolute: rounded(differences.reduce((sum, difference) => sum + difference, 0) / differences.length),
        maxAbsolute: rounded(Math.max(...differences)),
      },
    };
  }
  await float.release();
  return { onnxSha256: sha256(onnx), integerModelSha256: sha256(integerModel), markets };
}

/** The features of a sample as the float model takes them: 0.01234, not 1234. */
export function naturalFeatures(sample: Sample): number[] {
  return sample.features.map((units) => units / 10 ** FEATURE_DECIMALS);
}

function isoHour(sample: Sample | undefined): string {
  return sample === undefined ? "" : new Date(sample.time).toISOString();
}
