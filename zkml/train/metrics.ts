/** Errors of predictions against what happened, in the unit of the target. */
export interface Metrics {
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** 1 − squared error / squared deviation from the mean of the targets; at most 1, negative when worse than it. */
  readonly r2: number;
}

/** Six significant digits: enough to compare, and stable in text. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** Metrics of `predictions` against `targets` (same length, not empty), rounded to six significant digits. */
export function metricsOf(predictions: readonly number[], targets: readonly number[]): Metrics {
  const count = targets.length;
  const mean = targets.reduce((sum, target) => sum + target, 0) / count;
  let absolute = 0;
  let squared = 0;
  let deviation = 0;
  targets.forEach((target, index) => {
    const error = (predictions[index] ?? Number.NaN) - target;
    absolute += Math.abs(error);
    squared += error * error;
    deviation += (target - mean) ** 2;
  });
  return {
    mae: rounded(absolute / count),
    rmse: rounded(Math.sqrt(squared / count)),
    r2: rounded(1 - squared / deviation),
  };
}
