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

/** The share of `part` in `whole`, in percent with three decimals. */
export function percentOf(part: number, whole: number): number {
  return Number(((100 * part) / whole).toFixed(3));
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

/**
 * The area under the ROC curve: the chance that a random example with the outcome scores higher than a random one
 * without it, ties counting half. Rounded to six significant digits.
 */
export function areaUnderCurve(scores: readonly number[], outcomes: readonly boolean[]): number {
  const order = scores.map((score, index) => ({ score, happened: outcomes[index] === true }));
  order.sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let happened = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && order[end]?.score === order[start]?.score) end += 1;
    const inTie = order.slice(start, end).filter((example) => example.happened).length;
    // Ranks start + 1 to end have this mean.
    rankSum += (inTie * (start + 1 + end)) / 2;
    happened += inTie;
    start = end;
  }
  return rounded((rankSum - (happened * (happened + 1)) / 2) / (happened * (order.length - happened)));
}
