import type { Curve } from "ffjavascript";
import { buildBn128 } from "ffjavascript";

let opening: Promise<Curve> | undefined;

/**
 * The curve BN254 on this thread, opened once for the process: half a second of CPU, and nothing that has to be stopped.
 * What snarkjs opens for itself has worker threads; see `usingCurve`.
 */
export function openCurve(): Promise<Curve> {
  opening ??= buildBn128(true);
  return opening;
}
