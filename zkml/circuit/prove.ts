import { performance } from "node:perf_hooks";

import * as snarkjs from "snarkjs";

import { packIntegers, unpackIntegers } from "../codec/signal-codec.ts";
import { SignalError, TensorShapeError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import type { BuiltCircuit } from "./build.ts";
import { FIELD_MODULUS, usingCurve } from "./curve.ts";
import type { Proof } from "./verifying-key.ts";
import { proofOf } from "./verifying-key.ts";
import { formatWitness, loadWitnessCalculator } from "./witness.ts";

/** A proof with what it proves. */
export interface ProofResult {
  readonly proof: Proof;
  /** [0] packed outputs, [1] packed inputs, [2] call binding. */
  readonly signals: readonly [bigint, bigint, bigint];
  /** The output integers, unpacked from signal 0. */
  readonly outputs: readonly bigint[];
  /** Witness and proof, wall time. */
  readonly milliseconds: number;
}

/**
 * Proves the circuit's model on `features` for one call.
 *
 * @param circuit  A built circuit.
 * @param features One unsigned integer below 2^inputBits per input.
 * @param binding  What the proof is bound to; below the field's modulus.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature or the binding is out of range.
 */
export async function prove(
  circuit: BuiltCircuit<CircuitModel>,
  features: readonly bigint[],
  binding: bigint,
): Promise<ProofResult> {
  const { layout } = circuit.model;
  if (features.length !== layout.inputCount) {
    throw new TensorShapeError(
      `"${layout.inputName}" has shape [1, ${layout.inputCount}] but ${features.length} values were given.`,
    );
  }
  if (binding < 0n || binding >= FIELD_MODULUS) {
    throw new SignalError(`The call binding ${binding} is not a field element: reduce it below the field's modulus.`);
  }
  const packedInputs = packIntegers(features, layout.inputBits);
  const started = performance.now();
  const calculator = await loadWitnessCalculator(circuit.wasm);
  const witness = formatWitness(calculator.calculate({ packedInputs, callBinding: binding }));
  const { proof, publicSignals } = await usingCurve(() =>
    snarkjs.groth16.prove(circuit.zkey, { type: "mem", data: witness }),
  );
  const [packedOutputs = 0n] = publicSignals.map(BigInt);
  return {
    proof: proofOf(proof),
    signals: [packedOutputs, packedInputs, binding],
    outputs: unpackIntegers(packedOutputs, layout.outputCount, layout.outputBits),
    milliseconds: performance.now() - started,
  };
}
