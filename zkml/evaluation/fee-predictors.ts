import type { CandleFile } from "../data/candles.ts";
import type { Sample } from "../data/dataset.ts";
import { samplesOf, splitByTime } from "../data/dataset.ts";
import { evaluate } from "../model/evaluate.ts";
import type { IntegerModel } from "../model/integer-model.ts";
import { naturalFeatures } from "../train/fee-report.ts";

/** Ways to say what the next hour's range will be, in the order of the tables. */
export const PREDICTORS = ["constant", "last hour", "mean of 24 hours", "HAR", "model"] as const;

/** One of {@link PREDICTORS}. */
export type Predictor = (typeof PREDICTORS)[number];

/** The test hours of one market with what happened and what each predictor said. */
export interface PredictedHours {
  readonly market: string;
  /** (high − low) / low of each hour. */
  readonly ranges: readonly number[];
  /** Traded in each hour, in quote units. */
  readonly volumes: readonly number[];
  readonly predictions: Readonly<Record<Predictor, readonly number[]>>;
}

/** Ranges below a hundredth of a basis point count as that: logarithms need a positive number. */
const LEAST_RANGE = 1e-6;

/** The logarithm of a range. */
export function logRange(range: number): number {
  return Math.log(Math.max(range, LEAST_RANGE));
}

/** Runs every predictor over the test part of one market; what they learn comes from the training part alone. */
export function predictHours(file: CandleFile, model: IntegerModel): PredictedHours {
  const { train, test } = splitByTime(samplesOf(file.candles));
  const volumes = new Map(file.candles.map(({ time, quoteVolume }) => [time, quoteVolume]));
  const unit = 10 ** model.layout.outputDecimals;
  const coefficients = leastSquares(
    train.map(harTerms),
    train.map(({ target }) => logRange(target)),
  );
  const trainMean = train.reduce((sum, { target }) => sum + target, 0) / train.length;
  const feature = (sample: Sample, index: number) => Math.max(naturalFeatures(sample)[index] ?? 0, LEAST_RANGE);
  return {
    market: file.market,
    ranges: test.map(({ target }) => target),
    volumes: test.map(({ time }) => volumes.get(time) ?? 0),
    predictions: {
      constant: test.map(() => trainMean),
      "last hour": test.map((sample) => feature(sample, 0)),
      "mean of 24 hours": test.map((sample) => feature(sample, 5)),
      HAR: test.map((sample) =>
        Math.exp(harTerms(sample).reduce((sum, term, at) => sum + term * coefficients[at]!, 0)),
      ),
      model: test.map(({ features }) =>
        Math.max(Number(evaluate(model, features.map(BigInt))[0] ?? 0n) / unit, LEAST_RANGE),
      ),
    },
  };
}

/** How well logarithms of ranges are predicted: 1 − squared error / squared deviation from their mean. */
export function logAccuracy(predictions: readonly number[], ranges: readonly number[]): number {
  const logs = ranges.map(logRange);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const squared = logs.reduce((sum, value, at) => sum + (value - logRange(predictions[at] ?? Number.NaN)) ** 2, 0);
  return 1 - squared / logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** A heterogeneous autoregression in logarithms: the last hour, six hours and a day. */
function harTerms(sample: Sample): number[] {
  const features = naturalFeatures(sample);
  return [1, logRange(features[0] ?? 0), logRange(features[3] ?? 0), logRange(features[5] ?? 0)];
}

/** Coefficients with the least squared error, by the normal equations. */
export function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const system = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  rows.forEach((row, at) => {
    system.forEach((equation, i) => {
      for (let j = 0; j < size; j += 1) equation[j] = equation[j]! + row[i]! * row[j]!;
      equation[size] = equation[size]! + row[i]! * targets[at]!;
    });
  });
  // The matrix is symmetric and positive: no pivoting is needed.
  system.forEach((pivot, at) => {
    system.forEach((equation, other) => {
      if (other === at) return;
      const factor = equation[at]! / pivot[at]!;
      for (let j = at; j <= size; j += 1) equation[j] = equation[j]! - factor * pivot[j]!;
    });
  });
  return system.map((equation, at) => equation[size]! / equation[at]!);
}
