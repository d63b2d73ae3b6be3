import type { FloatNetwork } from "../ir/float-network.ts";
import { traceFloat } from "../ir/float-network.ts";
import { decodeRow, encodeRow } from "./encode.ts";
import { evaluateNetwork } from "./evaluate-network.ts";
import type { IntegerNetwork } from "./integer-network.ts";

/** How the integers compare with floating point on rows of data. */
export interface Accuracy {
  readonly rows: number;
  /** Values outside the input's range, taken at its edge. */
  readonly clamped: number;
  /** Mean and greatest difference of an output, in its natural unit; 0 when the answer is an index. */
  readonly meanError: number;
  readonly greatestError: number;
  /** Part of the rows with the same greatest output; null for networks with one output. */
  readonly agreement: number | null;
}

/** Compares the integer network with the float network on rows of input values in natural units. */
export function accuracyOf(
  float: FloatNetwork,
  network: IntegerNetwork,
  rows: readonly (readonly number[])[],
): Accuracy {
  let [clamped, sum, greatest, agreeing, outputs] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    const encoded = encodeRow(network.input, row);
    clamped += encoded.clamped;
    const exact = traceFloat(float, row).outputs;
    const given = decodeRow(network.output, evaluateNetwork(network, encoded.integers));
    const answer = network.head === "argmax" ? (given[0] ?? -1) : indexOfGreatest(given);
    if (answer === indexOfGreatest(exact)) agreeing += 1;
    if (network.head === "argmax") continue;
    exact.forEach((value, index) => {
      const error = Math.abs(value - (given[index] ?? Number.NaN));
      sum += error;
      greatest = Math.max(greatest, error);
      outputs += 1;
    });
  }
  const hasRank = network.outputs.length > 1 && rows.length > 0;
  return {
    rows: rows.length,
    clamped,
    meanError: outputs > 0 ? sum / outputs : 0,
    greatestError: greatest,
    agreement: hasRank ? agreeing / rows.length : null,
  };
}

function indexOfGreatest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
}
