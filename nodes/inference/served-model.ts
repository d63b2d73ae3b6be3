import type { Hex } from "viem";
import type { ModelInput, ModelOutput } from "../../sdk/src/tensors.ts";

/** A model release that a node can run; of a release with several circuits, one of them. */
export interface ServedModel {
  readonly releaseId: Hex;
  /** The verifying key of the circuit; zero for models without one. */
  readonly keyId: Hex;
  /** The name of the input tensor, which says which of a release's models a call means; absent for an only one. */
  readonly inputName?: string;
  /**
   * Runs the model.
   *
   * @returns the output, and input and output in the circuit's encoding (0 for models without a circuit).
   * @throws an error whose message tells the caller what is wrong with the input.
   */
  readonly run: (input: ModelInput) => {
    output: ModelOutput;
    inputCommitment: bigint;
    outputCommitment: bigint;
  };
  /** Proves the run, as the ABI-encoded Solidity struct `Proof`; absent for models without a circuit. */
  readonly prove?: (input: ModelInput, binding: bigint) => Promise<Hex>;
}
