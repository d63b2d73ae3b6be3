import type { ConstraintCount } from "../circuit/count-constraints.ts";
import { countConstraints } from "../circuit/count-constraints.ts";
import { ModelFileError } from "../errors.ts";
import { executorBlob } from "../evm/executor-blob.ts";
import { denseModelOf } from "./dense-model.ts";
import type { IntegerNetwork } from "./integer-network.ts";

/** What a network costs in each back end; gas and seconds are estimates from measured models. */
export interface CostReport {
  readonly constraints: ConstraintCount;
  /** Multiplications by weights. */
  readonly multiplications: number;
  readonly proof: {
    /** CPU seconds to prove with Groth16, in a process that has proven before. */
    readonly seconds: number;
    /** Gas to verify one proof, and one of 64 in a batch. */
    readonly gas: number;
    readonly batchGas: number;
  };
  /** Running the network inside the EVM, or why that cannot be. */
  readonly executor: { readonly gas: number; readonly bytes: number } | { readonly reason: string };
  readonly advice: "executor" | "proof";
  readonly why: string;
}

/** Straight lines through the shipped models of bench/baseline.json; proofs of three signals. */
const ESTIMATE = {
  proveSeconds: (constraints: number) => 0.03 + 0.00021 * constraints,
  verifyGas: 210_000,
  batchGas: 57_000,
  executorGas: (multiplications: number) => 13_000 + 9 * multiplications,
};

/** Counts and estimates, and says which back end to choose. @throws {ModelFileError} when a bound is left */
export function costOf(network: IntegerNetwork): CostReport {
  const constraints = countConstraints(network);
  const multiplications = network.nodes.flatMap(({ rows }) => rows).reduce((sum, { wires }) => sum + wires.length, 0);
  const executor = executorCost(network);
  const proof = {
    seconds: ESTIMATE.proveSeconds(constraints.total),
    gas: ESTIMATE.verifyGas,
    batchGas: ESTIMATE.batchGas,
  };
  const isCheaper = "gas" in executor && executor.gas < proof.gas;
  const why = isCheaper
    ? "inside the EVM it costs less than verifying a proof; prove it only if inputs or batches ask for it"
    : "gas" in executor
      ? "verifying a proof costs less than running it inside the EVM"
      : `the executor cannot run it: ${executor.reason}`;
  return { constraints, multiplications, proof, executor, advice: isCheaper ? "executor" : "proof", why };
}

function executorCost(network: IntegerNetwork): CostReport["executor"] {
  const model = denseModelOf(network);
  if (typeof model === "string") return { reason: model };
  try {
    const bytes = executorBlob(model).length;
    const cells = model.layers.reduce((sum, { weights }) => sum + weights.length * (weights[0]?.length ?? 0), 0);
    return { gas: ESTIMATE.executorGas(cells), bytes };
  } catch (error) {
    if (error instanceof ModelFileError) return { reason: error.message };
    throw error;
  }
}
