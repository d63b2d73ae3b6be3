import type { Hex } from "viem";

import { circuitEntry, circuitModel } from "../../zkml/circuit/catalogue.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ProofSystemName } from "../../zkml/circuit/proof-system.ts";
import type { Proof } from "../../zkml/circuit/verifying-key.ts";
import type { SignalLayout } from "../../zkml/codec/layout.ts";
import { packWords } from "../../zkml/codec/packed-words.ts";
import { SignalError, TensorShapeError } from "../../zkml/errors.ts";

/** What a caller wants proven. */
export interface ProvingJob {
  /** Name in circuits/circuits.json. */
  readonly circuit: string;
  readonly features: readonly bigint[];
  /** The call that the proof answers. */
  readonly binding: bigint;
  /** Hides inputs of several words behind their commitment; 0 leaves them open to guesses. */
  readonly salt: bigint;
  readonly proofSystem: ProofSystemName;
}

/** What he gets. */
export interface ProvingResult {
  /** As `VerifierRegistry.verifyProof` takes it. */
  readonly encoded: Hex;
  /** As `verify` and `verifyBatch` take it, for Groth16. */
  readonly proof?: Proof;
  readonly signals: readonly bigint[];
}

/** What a worker says: how it goes, and one of two ends. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "done"; readonly result: ProvingResult }
  | { readonly kind: "failed"; readonly reason: string };

const layouts = new Map<string, SignalLayout>();

/**
 * Refuses, before anything waits for a prover, what no prover can prove.
 *
 * @throws {CircuitError} when the circuit is unknown.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature, the binding or the salt is out of range.
 */
export function checkJob({ circuit, features, binding, salt }: ProvingJob): void {
  const layout = layouts.get(circuit) ?? circuitModel(circuitEntry(circuit)).layout;
  layouts.set(circuit, layout);
  if (features.length !== layout.inputCount) {
    throw new TensorShapeError(`"${circuit}" takes ${layout.inputCount} features, not ${features.length}.`);
  }
  packWords(features, layout.inputBits);
  for (const [what, value] of Object.entries({ binding, salt })) {
    if (value < 0n || value >= FIELD_MODULUS) throw new SignalError(`The ${what} is not below the field's modulus.`);
  }
}
