/** The mean fee over all hours, the same for every rule: 30 basis points. */
export const MEAN_FEE = 0.003;

/** How strongly volume falls with the fee: traded volume is what was traded × (fee / mean fee)^−elasticity. */
export const ELASTICITIES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5] as const;

/** Fees in proportion to `predictions`, with the mean {@link MEAN_FEE}. */
export function proportionalFees(predictions: readonly number[]): number[] {
  const mean = predictions.reduce((sum, prediction) => sum + prediction, 0) / predictions.length;
  return predictions.map((prediction) => (MEAN_FEE * prediction) / mean);
}

/**
 * Fee revenue relative to that of the constant fee, which earns 1 at every elasticity. At elasticity 1 revenue is the
 * same for all fees: a fee that is twice as high halves the volume.
 */
export function relativeRevenue(fees: readonly number[], volumes: readonly number[], elasticity: number): number {
  const earned = fees.reduce((sum, fee, at) => sum + fee * volumes[at]! * (fee / MEAN_FEE) ** -elasticity, 0);
  return earned / volumes.reduce((sum, volume) => sum + MEAN_FEE * volume, 0);
}
